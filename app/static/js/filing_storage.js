/* What a device keeps of a filing: each window under a name of its own, so that none takes away
   what another has kept. Who opens the filing next takes it all over. */
(function () {
  "use strict";
  window.nepFiling = window.nepFiling || {};
  const UNDER = "nep-filing:";

  function read(key) {
    try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; }
  }
  /* The names under which windows have kept something of this filing. */
  function names(account, meeting) {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(`${UNDER}${account}:${meeting}:`)); } catch { return []; }
  }

  nepFiling.storage = {
    /* Whether there are words in it that the server may not have. */
    unsent: (held) => Boolean(held && (held.out || held.wanted || Object.keys(held.mine || {}).length)),
    key: (account, meeting, window) => `${UNDER}${account}:${meeting}:${window}`,
    get: read,
    /* All that is kept of this filing as [name, what is kept], the oldest first. */
    all: (account, meeting) => names(account, meeting).map((key) => [key, read(key)])
      .filter(([, held]) => held && held.mine).sort(([, one], [, other]) => (one.at || 0) - (other.at || 0)),
    put(key, held) {
      try { localStorage.setItem(key, JSON.stringify({ ...held, at: Date.now() })); return true; } catch { return false; }
    },
    drop(key) {
      try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
    },
  };
})();
