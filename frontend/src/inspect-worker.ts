// The service worker of /inspect/: keeps the page's shell on the phone, so that it opens without a network.
// It keeps nothing of any person: the shell is the same for everyone, the list and what waits lie in IndexedDB (inspect.ts).

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  readonly registration: { readonly scope: string };
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(kind: "install" | "activate", listener: (event: Waiting) => void): void;
  addEventListener(kind: "fetch", listener: (event: Asked) => void): void;
}

const worker = self as unknown as Worker;
const STORE = "plumbline-inspect-1";
const SHELL = new URL(worker.registration.scope).pathname;
const PATIENCE = 5000; // milliseconds after which a bad network counts as none

/** The page's own files, as its text names them: style sheets, scripts, pictures. */
function filesOf(page: string): string[] {
  const found = [...page.matchAll(/<(?:link|script|img)\b[^>]*?\s(?:href|src)="(\/static\/[^"]+)"/g)].map((match) => match[1]);
  return [...new Set(found)];
}

/** Keep a fresh shell with everything it needs; what it no longer needs goes. The old one stays until all of the new is here. */
async function keep(answer: Response): Promise<void> {
  const store = await caches.open(STORE);
  const page = await answer.clone().text();
  const files = filesOf(page);
  for (const file of files) {
    if (await store.match(file, { ignoreVary: true })) continue;
    const fetched = await fetch(file, { credentials: "same-origin" });
    if (!fetched.ok) throw new Error(`${file}: ${fetched.status}`);
    await store.put(file, fetched);
  }
  await store.put(SHELL, answer);
  for (const old of await store.keys()) {
    const path = new URL(old.url).pathname;
    if (path !== SHELL && !files.includes(path)) await store.delete(old);
  }
}

function isShell(answer: Response): boolean {
  return answer.ok && !answer.redirected && answer.type === "basic";
}

async function fetchShell(): Promise<void> {
  const answer = await fetch(SHELL, { credentials: "same-origin", cache: "no-store" });
  if (!isShell(answer)) throw new Error(`${SHELL}: ${answer.status}`);
  await keep(answer);
}

function late(): Promise<never> {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("the network is too slow")), PATIENCE));
}

/** The page from the network where there is one, else the one that was kept. */
async function shell(event: Asked): Promise<Response> {
  const kept = await (await caches.open(STORE)).match(SHELL, { ignoreVary: true });
  try {
    const asked = fetch(event.request);
    const answer = await (kept ? Promise.race([asked, late()]) : asked);
    if (isShell(answer)) event.waitUntil(keep(answer.clone()));
    if (answer.status >= 500 && kept) return kept;
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function file(event: Asked): Promise<Response> {
  const kept = await (await caches.open(STORE)).match(event.request, { ignoreVary: true });
  return kept ?? fetch(event.request);
}

worker.addEventListener("install", (event) => event.waitUntil(fetchShell().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === SHELL) event.respondWith(shell(event));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event));
});

export {};
