// What was typed into minutes and has not reached the server, in IndexedDB: by owner and meeting, given out to its owner alone.
export interface Typed {
  id: string;
  owner: string;
  key: string;
  base: number;
  fields: Record<string, string>;
  typedAt: string;
}

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("plumbline-minutes", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("typed", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** Run one request in a transaction of its own; resolves when it is safely on the device, not before. */
async function run<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await database();
  return new Promise((resolve, reject) => {
    const work = base.transaction("typed", mode);
    const asked = ask(work.objectStore("typed"));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = () => reject(work.error);
    work.onabort = () => reject(work.error);
  });
}

export async function typed(owner: string, meeting: string): Promise<Typed | null> {
  const found = (await run("readonly", (store) => store.get(`${owner}/${meeting}`))) as Typed | undefined;
  return found && found.owner === owner ? found : null;
}

export async function keep(one: Typed): Promise<void> {
  await run("readwrite", (store) => store.put(one));
}

/** Take a text from the device, unless something newer was typed since it was sent. */
export async function drop(one: Typed): Promise<void> {
  const found = (await run("readonly", (store) => store.get(one.id))) as Typed | undefined;
  if (found && found.key === one.key) await run("readwrite", (store) => store.delete(one.id));
}
