// The service worker: the page and all that belongs to it, of one edition. Data and what is sent never pass through it.
const CACHE = `tidewaiter-desk-${VERSION}`,
  PAGE = "/offline/";

async function fill() {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { credentials: "same-origin", redirect: "error", cache: "reload" });
  if (!page.ok) {
    throw new Error("the page is not to be had");
  }
  await cache.put(PAGE, page);
  await Promise.all(
    FILES.map(async (file) => {
      const answer = await fetch(file, { cache: "no-cache" });
      if (!answer.ok) {
        throw new Error(file);
      }
      await cache.put(file, answer.clone());
      if (!file.endsWith(".css")) {
        return;
      }
      const fonts = [...(await answer.text()).matchAll(/url\(["']?([^"')]+\.(?:woff2|svg)[^"')]*)["']?\)/g)].map(
        ([, name]) => new URL(name, new URL(file, location.href)).pathname,
      );
      await Promise.all(
        fonts.map(async (font) => {
          const one = await fetch(font);
          if (one.ok) {
            await cache.put(font, one);
          }
        }),
      );
    }),
  );
}
addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});
addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("tidewaiter-desk-") && name !== CACHE) {
          await caches.delete(name);
        }
      }
      await self.clients.claim();
    })(),
  );
});
addEventListener("fetch", (event) => {
  const { request } = event,
    url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) {
    return;
  }
  const page = request.mode === "navigate" && url.pathname === PAGE;
  if (page) {
    event.respondWith(paged(request));
    return;
  }
  if (
    url.pathname.startsWith("/static/") ||
    url.pathname.startsWith("/offline/app/") ||
    FILES.includes(url.pathname)
  ) {
    event.respondWith(kept(request, url.pathname));
  }
});
async function paged(request) {
  const known = await (await caches.open(CACHE)).match(PAGE);
  return known ?? fetch(request);
}
async function kept(request, path) {
  const known = await (await caches.open(CACHE)).match(path);
  return known ?? fetch(request);
}
