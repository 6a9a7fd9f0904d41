/* Runs in every page before its own scripts: notes what goes wrong, and measures on request. */
(() => {
  "use strict";
  const noted = { refused: [], shift: 0, shifts: [], long: 0 };
  document.addEventListener("securitypolicyviolation", (event) => {
    noted.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      noted.shift += entry.value;
      noted.shifts.push(`${entry.value.toFixed(3)} ${entry.sources.map((one) => one.node && name(one.node)).join(" ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });

  function name(node) {
    const element = node.nodeType === 1 ? node : node.parentElement;
    if (!element) return "?";
    const classes = [...element.classList].slice(0, 3).map((one) => `.${one}`).join("");
    return element.id ? `${element.localName}#${element.id}` : element.localName + classes;
  }

  const words = (text) => text.trim().replace(/\s+/g, " ").slice(0, 50);
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  /* Text for the ears only: a box of one pixel, or clipped away. */
  function forEarsOnly(element) {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.clipPath !== "none" || style.clip !== "auto") return true;
      if (style.position === "absolute" && (one.offsetWidth <= 1 || one.offsetHeight <= 1)) return true;
    }
    return false;
  }

  function scrolls(style, axis) {
    return ["auto", "scroll"].includes(axis === "x" ? style.overflowX : style.overflowY);
  }
  function hides(style, axis) {
    return ["hidden", "clip"].includes(axis === "x" ? style.overflowX : style.overflowY);
  }
  const fullTextElsewhere = (element, text) => {
    const held = element.closest("[title], [aria-label]");
    return held && words(held.title + held.ariaLabel).includes(text.slice(0, 20));
  };

  /* Texts of which a part cannot be seen and cannot be scrolled to. */
  function cutTexts(root = "body") {
    const found = [];
    const walker = document.createTreeWalker(document.querySelector(root), NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("svg, script, style, option, dialog:not([open])")) continue;
      if (!seen(element) || forEarsOnly(element)) continue;
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (!box.width || !box.height) continue;
      let reach = { x: true, y: true };
      for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
        const style = getComputedStyle(one);
        const frame = one.getBoundingClientRect();
        const text = words(node.data);
        if (reach.x && hides(style, "x") && (box.right > frame.right + 1 || box.left < frame.left - 1)) {
          if (!fullTextElsewhere(element, text)) found.push(`"${text}" cut sideways by ${name(one)}`);
          break;
        }
        // Letters are higher than their line: only half a line lost is a loss.
        const slack = parseFloat(getComputedStyle(element).fontSize) / 2;
        // While something is open over the page, the page itself does not scroll.
        if (reach.y && one !== document.body && hides(style, "y") && (box.bottom > frame.bottom + slack || box.top < frame.top - slack)) {
          if (!fullTextElsewhere(element, text)) found.push(`"${text}" cut in height by ${name(one)}`);
          break;
        }
        if (scrolls(style, "x")) reach.x = false;
        if (scrolls(style, "y")) reach.y = false;
        if (style.position === "fixed") break;
      }
    }
    return found;
  }

  /* What stands outside the window sideways, where nobody can scroll. */
  function outside(root = "body") {
    const found = [];
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.querySelector(root).querySelectorAll("*")) {
      if (element.closest("svg") && element.localName !== "svg") continue;
      const box = element.getBoundingClientRect();
      if (!box.width || !box.height || (box.right <= wide + 1 && box.left >= -1)) continue;
      if (box.right <= 0) continue;
      if (!seen(element) || forEarsOnly(element) || within(element, "x")) continue;
      found.push(`${name(element)} from ${Math.round(box.left)} to ${Math.round(box.right)} of ${wide}`);
      if (found.length > 4) break;
    }
    return found;
  }

  function within(element, axis) {
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
      if (scrolls(getComputedStyle(one), axis)) return true;
    }
    return false;
  }

  /* Parts with a sideways scroll bar of their own. */
  function sideways() {
    return [...document.body.querySelectorAll("*")]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && scrolls(getComputedStyle(one), "x") && seen(one))
      .map(name);
  }

  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
  function stops() {
    return [...document.querySelectorAll(STOPS)].filter((one) =>
      one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && one.getClientRects().length
      && one.checkVisibility({ visibilityProperty: true }));
  }

  function outlined(element) {
    for (let one = element, step = 0; one && step < 4; one = one.parentElement, step += 1) {
      const style = getComputedStyle(one);
      if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) return true;
      if (one !== element && one.children.length > 3) break;
    }
    // A box that covers its label lets that carry the mark, and a branch its own line.
    return [element.nextElementSibling, element.firstElementChild].some((one) =>
      one && getComputedStyle(one).outlineStyle !== "none");
  }

  /* Stops of the tab key that show no mark, or that lie under a bar when they are reached. */
  function focus() {
    const found = [];
    const before = [scrollX, scrollY];
    for (const element of stops()) {
      element.focus();
      // What steps aside when the page scrolls does so with the next frame.
      dispatchEvent(new Event("scroll"));
      if (document.activeElement !== element) continue;
      if (!outlined(element)) found.push(`no focus mark: ${name(element)}`);
      const box = element.getBoundingClientRect();
      if (!box.width || forEarsOnly(element)) continue;
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
      const [high, low] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
      let over = null;
      const free = points.some(([x, y]) => {
        const top = document.elementFromPoint(left + (right - left) * x, high + (low - high) * y);
        over ||= top;
        return top && (element.contains(top) || top.contains(element) || top.closest("label")?.control === element);
      });
      if (!free) found.push(`covered when focused, by ${over && name(over.closest("[class]"))}: ${name(element)} "${words(element.textContent)}"`);
    }
    document.activeElement?.blur();
    scrollTo(...before);
    return found;
  }

  /* Targets of fingers below 44 pixels; a link within a sentence may be as high as its line. */
  function targets() {
    const found = [];
    for (const element of stops()) {
      if (forEarsOnly(element) || element.matches("[role=region], [data-scroll], .rows")) continue;
      let box = element.getBoundingClientRect();
      const label = element.labels?.[0] || element.closest("label");
      if (element.matches("[type=checkbox], [type=radio]") && label) box = label.getBoundingClientRect();
      if (element.matches("a") && getComputedStyle(element).display === "inline") continue;
      // A link may reach over the whole line that it stands in.
      if (getComputedStyle(element, "::after").position === "absolute") box = element.offsetParent.getBoundingClientRect();
      if (element.matches(".ts-control input")) box = element.closest(".ts-control").getBoundingClientRect();
      if (box.height < 43.5 || box.width < 43.5) {
        found.push(`${name(element)} "${words(element.textContent || element.ariaLabel || "")}" ${Math.round(box.width)}×${Math.round(box.height)}`);
      }
    }
    return found;
  }

  /* The frame of all pages, navigation and top bar, is looked at where it is asked for; so are
     the inner parts of figures, whose colours axe cannot measure. */
  async function axe(rules, within, framed, figures) {
    const exclude = [...(framed ? [] : [[".side"], [".top"]]), ...(figures ? [] : [[".main-svg > *"]])];
    const found = await window.axe.run(within || (exclude.length ? { exclude } : document), {
      runOnly: rules, resultTypes: ["violations"], elementRef: false,
      // Reading every style sheet serves one rule only: test_sources.py looks for what it looks for.
      preload: false, rules: { "css-orientation-lock": { enabled: false }, "hidden-content": { enabled: false } },
    });
    return found.violations.flatMap((one) => one.nodes.map((node) =>
      `${one.id} ${node.target.join(" ")} ${one.id === "color-contrast" ? node.any[0]?.message.slice(0, 120) : ""}`));
  }

  /* Until nothing has been fetched for a moment and two frames have been painted. */
  let fetching = 0;
  const fetched = window.fetch;
  window.fetch = (...given) => {
    fetching += 1;
    return fetched(...given).finally(() => { fetching -= 1; });
  };
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  async function rest() {
    await document.fonts.ready;
    do {
      await frame();
      await frame();
    } while (fetching);
  }

  /* Figures draw themselves when they come into sight. */
  async function drawn() {
    for (const chart of document.querySelectorAll("[data-chart]")) {
      chart.scrollIntoView();
      for (let tries = 0; chart.querySelector(".chart-wait") && tries < 300; tries += 1) await frame();
    }
    scrollTo(0, 0);
    await frame();
    await frame();
  }

  async function settled() {
    await rest();
    if (document.querySelector("[data-chart]")) await drawn();
  }

  /* Figures take their new size a moment after the window. */
  async function resized() {
    const fits = () => [...document.querySelectorAll(".js-plotly-plot")].every((one) => !one.clientWidth || one._fullLayout.width === one.clientWidth);
    if (document.querySelector("[data-chart]")) await new Promise((done) => setTimeout(done, 300));
    for (let tries = 0; !fits() && tries < 300; tries += 1) await frame();
  }

  async function letters(size) {
    document.documentElement.style.fontSize = size;
    if (size) await resized();
  }

  /* Classes of the style sheet's makers that ours was written without, and icons that are not in
     the sprite: they would do nothing. */
  function unstyled() {
    // What Plotly draws has styles of its own, under names of the same sound.
    const used = [...document.querySelectorAll("[class]:not(.js-plotly-plot *)")].flatMap((one) => [...one.classList]);
    const drawn = [...document.querySelectorAll("svg.icon > use")].map((one) => one.getAttribute("href").split("#")[1]);
    return [
      ...[...new Set(used)].filter((one) => window.nepFace.leftOut.has(one)),
      ...[...new Set(drawn)].filter((one) => !window.nepFace.icons.has(one)).map((one) => `no icon ${one}`),
    ];
  }

  const MEASURES = { sideways: outside, cut: cutTexts, unstyled, scroller: sideways, focus, targets };
  const measured = (kinds, root) => Object.fromEntries(kinds.map((kind) => [kind, MEASURES[kind](root)]));

  /* What opens over a page: panels, menus, questions. Those in the frame are called "page …". */
  const OPENERS = '[data-bs-toggle="offcanvas"], [data-bs-toggle="dropdown"], details.menu > summary, main details:not([open]) > summary, [data-search-open], [data-confirm]';
  let found = [];
  function openers() {
    const kinds = new Set();
    found = [...document.querySelectorAll(OPENERS)].filter((one) => {
      const kind = one.className + one.dataset.bsTarget + (one.dataset.confirm ? "confirm" : "");
      if (!seen(one) || one.disabled || kinds.has(kind)) return false;
      kinds.add(kind);
      return true;
    });
    return found.map((one) => `${one.closest("main") ? "" : "page "}${name(one)} "${words(one.textContent || one.ariaLabel || "")}"`);
  }
  async function open(number) {
    const opener = found[number];
    if (!opener.isConnected) return "";
    opener.click();
    await new Promise((done) => setTimeout(done, 60));
    await rest();
    const over = document.querySelector("dialog[open]") || document.querySelector(".offcanvas.show")
      || opener.parentElement.querySelector(".dropdown-menu.show") || opener.closest("details[open]");
    if (!over) return "";
    over.id ||= `nep-open-${number}`;
    return `#${over.id}`;
  }
  async function close(number) {
    const opener = found[number];
    const dialog = document.querySelector("dialog[open]");
    const panel = document.querySelector(".offcanvas.show [data-bs-dismiss]");
    if (dialog) dialog.close();
    else if (panel) panel.click();
    else if (opener.matches(".show") || opener.closest("details[open]")) opener.click();
    await new Promise((done) => setTimeout(done, 60));
  }

  /* Forms that a page saves with one button: emptied, as if sent by mistake. */
  const form = () => document.querySelector("main form[method=post]:has(.save-bar)");
  function empty() {
    if (!form()) return false;
    form().noValidate = true;
    for (const field of form().querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), textarea")) field.value = "";
    for (const field of form().querySelectorAll("select")) {
      if (field.tomselect) field.tomselect.clear(true);
      else if (field.querySelector('option[value=""]')) field.value = "";
    }
    return true;
  }
  const refused = () => Boolean(document.querySelector(".field-error"));
  const send = () => { form().requestSubmit(form().querySelector(".save-bar [type=submit]")); };

  /* Does something to the first rows of a list; without a name, agrees to what the page shows. */
  function act(name, rows) {
    if (!name) {
      document.querySelector("main form[method=post]").requestSubmit();
      return;
    }
    const made = document.createElement("form");
    made.method = "post";
    made.action = location.pathname.replace(/list\/$/, "action_post");
    const keys = [...document.querySelectorAll("[name=rowid]")].slice(0, rows).map((one) => ["rowid", one.value]);
    const token = document.querySelector("[name=csrf_token]").value;
    for (const [key, value] of [["action", name], ["csrf_token", token], ...keys]) {
      const held = document.createElement("input");
      [held.type, held.name, held.value] = ["hidden", key, value];
      made.append(held);
    }
    document.body.append(made);
    made.submit();
  }

  /* The stops of the tab key in the order of the page: of a group of radio buttons only one is. */
  const marks = new Map();
  const mark = (element) => {
    if (!marks.has(element)) marks.set(element, `${marks.size} ${name(element)}`);
    return marks.get(element);
  };
  function order() {
    return stops().filter((one) => {
      if (one.type !== "radio") return true;
      const group = [...document.getElementsByName(one.name)].filter((other) => other.type === "radio" && other.form === one.form);
      const chosen = group.find((other) => other.checked);
      return chosen ? chosen === one : true;
    }).map(mark);
  }

  window.nepFace = { words, order, mark, openers, open, close, empty, send, refused, act, rest, drawn, settled, resized, letters, noted, measured, axe, stops, outlined, name };
})();
