/* The worker: keeps the files that pages are drawn with, and copies of the few pages that the
   server marks, for when the network is away. `NEP` is written in front of it by the server. */
"use strict";
const SHELL = `nep-shell-${NEP.version}`;
const KEPT = "nep-kept-"; /* followed by whose copies they are */
const WORDS = "nep-words";
const AWAY = [502, 503, 504]; /* a proxy answers for a server that does not */
const keepable = NEP.kept.map((pattern) => new RegExp(pattern));
let language = "";
let round = 0; /* counts what was forgotten: an answer asked for before that is not kept */

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("message", (event) => {
  const { type, path } = event.data || {};
  if (type === "activate") self.skipWaiting();
  if (type === "forget") event.waitUntil(forget());
  if (type === "keep") event.waitUntil(begun(path));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "GET") event.respondWith(page(event, url));
    else if (url.pathname === NEP.logout) event.waitUntil(forget());
  } else if (request.method === "GET" && url.pathname.startsWith(NEP.folder)) {
    event.respondWith(file(request));
  }
});

/* Files: their addresses carry fingerprints, so what is here is what is wanted. */
async function fill() {
  const shell = await caches.open(SHELL);
  await Promise.all(NEP.files.map(async (address) => {
    const had = await caches.match(address);
    if (had) await shell.put(address, had);
    else await shell.add(address);
  }));
  for (const address of Object.values(NEP.offline)) {
    await shell.add(new Request(address, { credentials: "omit", cache: "reload" }));
  }
}
async function file(request) {
  return (await caches.match(request)) || fetch(request);
}
async function begin() {
  const names = await caches.keys();
  for (const name of names.filter((one) => one.startsWith(KEPT))) {
    const kept = await caches.open(name);
    await thin(kept);
    await bring(kept);
  }
  for (const name of names) if (name.startsWith("nep-shell-") && name !== SHELL) await caches.delete(name);
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  await self.clients.claim();
}
/* A copy from before this version is drawn with the files of then: they stay as long as it does. */
async function bring(kept) {
  const shell = await caches.open(SHELL);
  for (const request of await kept.keys()) {
    const html = await (await kept.match(request))?.text() || "";
    const named = [...html.matchAll(new RegExp(`"(${NEP.folder}[^"#]+)`, "g"))].map(([, address]) => address);
    for (const address of new Set(named)) {
      const had = await caches.match(address);
      if (had && !(await shell.match(address))) await shell.put(address, had);
    }
  }
}

/* Pages: the network first. Those that have a copy do not wait for it for ever. */
async function page(event, url) {
  const copy = await keptPage(url);
  const network = fromNetwork(event, url.pathname);
  event.waitUntil(network.catch(() => {}));
  try {
    const answer = await (copy ? Promise.race([network, patience()]) : network);
    if (answer && !(copy && AWAY.includes(answer.status))) return answer;
  } catch { /* the network is away */ }
  return copy || offlinePage();
}
async function fromNetwork(event, path) {
  const answer = (await event.preloadResponse) || (await fetch(event.request));
  event.waitUntil(note(answer.clone(), path));
  return answer;
}
function patience() {
  return new Promise((enough) => { setTimeout(enough, NEP.patience); });
}
async function begun(path) {
  /* A page that was on its way while the worker began is not claimed by that. */
  await self.clients.claim();
  if (!mayKeep(path)) return;
  const answer = await fetch(path, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (answer.ok && !answer.redirected) await note(answer, path);
}

/* Copies: of one owner only. Who else is seen at work here ends those of the one before. */
async function note(answer, path) {
  const began = round;
  const owner = answer.headers.get("Nep-Owner");
  if (!owner) return;
  await speak(answer.headers.get("Content-Language"));
  for (const name of await caches.keys()) {
    if (name.startsWith(KEPT) && name !== KEPT + owner) await caches.delete(name);
  }
  if (!answer.headers.has("Nep-Keep") || !mayKeep(path)) return;
  const html = await answer.text();
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Set-Cookie"]) headers.delete(name);
  headers.set("Nep-Kept-At", String(Date.now()));
  const kept = await caches.open(KEPT + owner);
  const marked = html.replace("<html ", `<html data-kept="${new Date().toISOString()}" `);
  await kept.put(path, new Response(marked, { status: 200, headers }));
  if (round !== began) await caches.delete(KEPT + owner);
  else await thin(kept);
}
function mayKeep(path) {
  return keepable.some((pattern) => pattern.test(path));
}
function age(answer) {
  return Date.now() - Number(answer.headers.get("Nep-Kept-At"));
}
function fresh(answer) {
  return age(answer) < NEP.days * 86400000;
}
async function thin(kept) {
  const all = [];
  for (const request of await kept.keys()) {
    const answer = await kept.match(request);
    if (answer) all.push({ request, answer });
  }
  all.sort((one, other) => age(one.answer) - age(other.answer));
  const gone = all.filter(({ answer }, place) => place >= NEP.pages || !fresh(answer));
  await Promise.all(gone.map(({ request }) => kept.delete(request)));
}
async function keptPage(url) {
  if (url.search) return undefined;
  const path = url.pathname === "/" ? "/desk/" : url.pathname;
  if (!mayKeep(path)) return undefined;
  for (const name of await caches.keys()) {
    if (!name.startsWith(KEPT)) continue;
    const answer = await (await caches.open(name)).match(path);
    if (answer && fresh(answer)) return path === url.pathname ? answer : Response.redirect(path);
  }
  return undefined;
}
async function forget() {
  round += 1;
  for (const name of await caches.keys()) if (name.startsWith(KEPT)) await caches.delete(name);
}

/* The page that says what is the matter, in the language last read. */
async function speak(spoken) {
  if (!NEP.offline[spoken] || spoken === language) return;
  language = spoken;
  await (await caches.open(WORDS)).put("/language", new Response(spoken));
}
async function offlinePage() {
  if (!language) {
    const noted = await caches.match("/language", { cacheName: WORDS });
    language = noted ? await noted.text() : "";
  }
  const address = NEP.offline[language] || Object.values(NEP.offline)[0];
  return (await caches.match(address, { cacheName: SHELL })) || Response.error();
}
