/* In place of the worker when NEP_OFFLINE=0: takes away what it kept, and itself. */
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("nep-")) await caches.delete(name);
  await self.registration.unregister();
})()));
