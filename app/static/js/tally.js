/* The arithmetic of a roll-call while it is filled in; the server counts again when it is kept. */
(function () {
  "use strict";
  const AWAY = { EXEMPT: "exempt", TEMP_OUT: "temp_out", SPECIAL_DUTY: "special_duty" };
  const SAID = { PRESENT: "present", EXCUSED: "excused", UNEXCUSED: "unexcused", ...AWAY };
  const NAMES = ["on_roll", "temp_in", "temp_out", "exempt", "special_duty", "voluntary", "present", "excused", "unexcused"];

  /* The numbers of members as [state on file, what is said]. */
  function count(lines) {
    const n = Object.fromEntries(NAMES.map((name) => [name, 0]));
    for (const [state, status] of lines) {
      n[state === "TEMP_IN" ? "temp_in" : "on_roll"] += 1;
      n[SAID[status]] += 1;
      if (state in AWAY && status === "PRESENT") { n[AWAY[state]] += 1; n.voluntary += 1; }
    }
    return n;
  }

  /* Present of those due, by the policy of the day. */
  function share(n, { excusedIn, voluntary }) {
    let whole = n.on_roll - n.temp_out - n.exempt - n.special_duty + n.temp_in;
    let part = n.present;
    if (voluntary) whole += n.voluntary; else part -= n.voluntary;
    if (!excusedIn) whole -= n.excused;
    return [part, whole];
  }

  function percent([part, whole]) {
    if (whole <= 0 || part < 0) return "—";
    const tenths = Math.floor((2000 * part + whole) / (2 * whole));
    const text = `${Math.floor(tenths / 10)}.${tenths % 10}`;
    const english = document.documentElement.lang.startsWith("en");
    return `${part}/${whole} = ${english ? `${text}%` : `${text.replace(".", ",")} %`}`;
  }

  window.nepTally = { NAMES, count, share, percent };
})();
