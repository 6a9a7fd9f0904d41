/* Keeps what is typed on this device at once, and brings it to the server when that can be reached.

   One save at a time is under way. It is kept word for word with its number until the server has
   answered, and sent again as it was after a dead network or a closed tab: the server takes each
   number of a browser once. */
(function () {
  "use strict";
  const PAUSE = 900;
  const WAITS = [2, 4, 8, 15, 30, 60];
  const PATIENCE = 20000;
  const LIVES_ON = 50000; /* bytes: browsers finish no larger call of a page that was closed */
  const { storage } = nepFiling;
  const same = (one, other) => (one || "") === (other || "");

  /* `page`: read(), write(name, text), tell(state), took(answer), gone(answer). */
  nepFiling.keeper = function (data, page, token) {
    const mark = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
    const key = storage.key(data.account, data.meeting, mark);
    let base = { ...data.values };
    let { version, stamp } = data; /* of the result, and of what it cannot take yet */
    let clashes = {};
    let barred = {}; /* what the server takes into no draft: {text, why} by field; this device keeps none of it either */
    let out = null; /* the save under way: {client, seq, changes, base, send} */
    let wanted = false; /* whether the result is to be sent */
    let touched = false;
    let seq = 0;
    let tries = 0;
    let timer = 0;
    let under = false; /* whether a call is open */
    let stopped = "";
    let at = ""; /* when the server last took something over */
    let echo = false; /* whether the server must hear of this browser although nothing has changed */

    function dirty() {
      const now = page.read();
      const found = {};
      for (const name of Object.keys(now)) if (!same(now[name], base[name]) && !isBarred(name, now)) found[name] = now[name];
      return found;
    }
    const isBarred = (name, now) => name in barred && same(now[name], barred[name].text);
    /* Why fields are not kept, as long as they still hold what was refused. */
    function reasons() {
      const now = page.read();
      return Object.fromEntries(Object.keys(barred).filter((name) => isBarred(name, now)).map((name) => [name, barred[name].why]));
    }
    function refuse(told, mine) {
      const now = page.read();
      for (const [name, why] of Object.entries(told.refused || {})) barred[name] = { text: mine.changes[name] ?? now[name], why };
      const why = reasons();
      told.errors = { ...told.errors, ...why };
      return Object.values(why)[0] || "";
    }
    function keep() {
      if (!touched) return;
      const held = { base, version, stamp, mine: dirty(), clashes, out, wanted };
      if (!storage.put(key, held)) page.tell("full");
    }

    function changed() {
      touched = true;
      keep();
      page.tell(stopped || "saving");
      later(PAUSE);
    }
    function later(pause) {
      clearTimeout(timer);
      timer = setTimeout(flush, pause);
    }

    function next() {
      const changes = dirty();
      for (const name of Object.keys(clashes)) delete changes[name];
      if (wanted && Object.keys(clashes).length) return null;
      // What is kept nowhere holds the whole back, as does what two have written.
      if (wanted && Object.keys(reasons()).length) wanted = false;
      if (!Object.keys(changes).length && !wanted && !echo) return null;
      const before = Object.fromEntries(Object.keys(changes).map((name) => [name, base[name] || ""]));
      return { client: mark, seq: (seq += 1), changes, base: before, send: wanted, echo };
    }

    async function flush() {
      clearTimeout(timer);
      if (under || !touched) return;
      out = out || next();
      if (!out) { page.tell(Object.keys(reasons()).length ? "partly" : "saved", { at }); return; }
      keep();
      under = true;
      page.tell(out.send ? "sending" : "saving");
      const mine = out;
      try {
        const answer = await call(mine.send ? data.urls.send : data.urls.draft, mine);
        under = false;
        await heard(answer, mine);
      } catch {
        under = false;
        again("offline");
      }
    }

    function again(why) {
      page.tell(why, { queued: wanted });
      later(1000 * WAITS[Math.min(tries, WAITS.length - 1)] * (0.8 + 0.4 * Math.random()));
      tries += 1;
    }

    async function call(address, body) {
      const ending = new AbortController();
      const patience = setTimeout(() => ending.abort(), PATIENCE);
      const said = body && JSON.stringify({ account: data.account, client: body.client, seq: body.seq, changes: body.changes, base: body.base });
      try {
        return await fetch(address, {
          method: body ? "POST" : "GET",
          headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token },
          body: said,
          credentials: "same-origin",
          cache: "no-store",
          keepalive: Boolean(said) && new Blob([said]).size < LIVES_ON,
          redirect: "error",
          signal: ending.signal,
        });
      } finally { clearTimeout(patience); }
    }

    async function heard(answer, mine) {
      const told = await answer.json().catch(() => ({}));
      if (answer.status >= 500 || answer.status === 429) return again("busy");
      tries = 0;
      if (answer.status === 401) return stop("login");
      // The token is that of an earlier session: ask for one of this session, then say it again.
      if (answer.status === 400 && !mine.renewed) { mine.renewed = true; return renew(); }
      if (told.token) token = told.token;
      if (answer.ok) return taken(told, mine);
      out = null;
      wanted = false;
      if (told.values) { refuse(told, mine); adopt(told, {}); }
      keep();
      page.took(told);
      page.tell("refused", { text: told.message || "", errors: told.errors || {} });
      if (told.open === false || answer.status === 403 || answer.status === 404) stopped = "refused";
    }
    function stop(why) {
      stopped = why;
      keep();
      page.tell(why, { queued: wanted });
    }
    async function renew() {
      under = true;
      try {
        const answer = await call(data.urls.draft);
        under = false;
        if (answer.status === 401) return stop("login");
        const told = await answer.json();
        if (!answer.ok || told.account !== data.account) return stop("login");
        token = told.token;
        stopped = "";
        return later(0);
      } catch {
        under = false;
        return again("offline");
      }
    }

    function taken(told, mine) {
      out = null;
      if (mine.echo) echo = false;
      stopped = "";
      const sent = told.sent || (mine.send && told.open === false);
      clashes = { ...clashes };
      for (const [name, theirs] of Object.entries(told.conflicts || {})) clashes[name] = theirs;
      const why = refuse(told, mine);
      adopt(told, mine.changes);
      if (sent || told.open === false) {
        touched = false;
        clearTimeout(timer);
        storage.drop(key);
        for (const [other, held] of storage.all(data.account, data.meeting)) if (!storage.unsent(held)) storage.drop(other);
        return page.gone(told);
      }
      const stays = wanted && why;
      if (Object.keys(clashes).length || why) wanted = false;
      keep();
      page.took(told, clashes);
      at = told.saved_at;
      if (stays) page.tell("refused", { text: why, errors: told.errors });
      else page.tell(why ? "partly" : "saved", { at });
      if (wanted || echo || Object.keys(dirty()).some((name) => !(name in clashes))) later(0);
    }

    /* Take over what the server holds. What is being typed here stays; what others wrote appears. */
    function adopt(told, sent) {
      const now = page.read();
      const before = base;
      base = { ...told.values };
      ({ version, stamp } = told);
      for (const task of taskKeys({ ...before, ...now })) {
        if (taskKeys(base).has(task)) continue;
        // Taken away here and now there too, or by somebody else while nobody wrote here.
        const fields = Object.keys(now).filter((name) => name.startsWith(`task-${task}-`));
        const untouched = taskKeys(before).has(task) && fields.every((name) => same(now[name], before[name]));
        if (now[`task-${task}-gone`] || untouched) page.dropTask(task);
      }
      for (const name of Object.keys(base)) {
        if (same(base[name], before[name]) || name in clashes || name in (told.refused || {})) continue;
        const mine = name in sent ? sent[name] : before[name];
        if (same(now[name], mine) && !same(now[name], base[name])) page.write(name, base[name] || "");
      }
    }
    function taskKeys(values) {
      return new Set(Object.keys(values).flatMap((name) => /^task-(.+)-\w+$/.exec(name)?.[1] ?? []));
    }

    function resolve(name, mine) {
      const theirs = clashes[name];
      delete clashes[name];
      if (!mine) page.write(name, theirs);
      changed();
    }

    function send() {
      touched = true;
      wanted = true;
      keep();
      // A plain save under way is finished first; the result follows it.
      flush();
    }
    function takeBack() {
      wanted = false;
      // Should it have arrived after all, the server says so under the same number; a newer
      // number keeps it from arriving late.
      echo = Boolean(out);
      if (out) out.send = false;
      keep();
      page.tell(navigator.onLine ? "saving" : "offline");
      later(0);
    }

    /* Take over what windows have left behind on this device. */
    function restore() {
      const left = storage.all(data.account, data.meeting);
      if (!left.length) return;
      let newer = false;
      // A kept copy of the page may be older than what this device knows the server to hold.
      for (const [, held] of left) if (held.version > version || held.stamp > stamp) {
        base = { ...held.base };
        ({ version, stamp } = held);
        newer = true;
      }
      if (newer) for (const [name, text] of Object.entries(base)) page.write(name, text);
      const mine = {};
      for (const [, held] of left) {
        for (const [name, text] of Object.entries(held.mine)) {
          mine[name] = text;
          base[name] = held.base[name] || "";
        }
        Object.assign(clashes, held.clashes);
        out = held.out || out;
        wanted = held.wanted || wanted;
      }
      touched = true;
      for (const [name, text] of Object.entries(mine)) if (!same(page.read()[name], text)) page.write(name, text);
      keep();
      for (const [other] of left) storage.drop(other);
      if (out || Object.keys(mine).length) page.tell("restored", { queued: wanted });
      page.took(null, clashes);
      later(0);
    }

    function leave() {
      // A logout has forgotten what the server has: it is not to be written again.
      if (storage.get(key)) keep();
    }
    addEventListener("online", () => { tries = 0; if (stopped !== "refused") { stopped = ""; later(0); } });
    addEventListener("offline", () => { if (touched) page.tell("offline", { queued: wanted }); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") { leave(); flush(); return; }
      if (stopped === "login") renew(); else if (touched && !stopped) later(0);
    });
    addEventListener("pagehide", leave);
    return { changed, flush, send, takeBack, resolve, restore, clashes: () => clashes, idle: () => !out && !under };
  };
})();
