// What the phone keeps for an inspector, in IndexedDB: the list to work from, and what waits to be sent. Everything carries its
// owner; nothing is handed out for another one.

export interface Option {
  criterion: string;
  words: string;
  options: string[];
  optional: boolean;
}
export interface Item {
  node: string;
  title: string;
  depth: number;
  rules: string[];
  points: Option[];
  leaf: boolean;
}
export interface Visit {
  round: number;
  unit: number;
  code: string;
  name: string;
  team: string;
  from: string;
  until: string;
  days: string;
  done: boolean;
  findings: number;
  exempt: string[];
  blocked: string;
}
export interface RoundList {
  id: number;
  title: string;
  items: Item[];
}
export interface List {
  owner: string;
  name: string;
  token: string;
  fetched: string;
  rounds: RoundList[];
  visits: Visit[];
}
export interface Photo {
  name: string;
  blob: Blob;
}
export interface Entry {
  key: string;
  owner: string;
  kind: "finding" | "done";
  state: "draft" | "waiting" | "refused";
  round: number;
  unit: number;
  unitName: string;
  node: string;
  criterion: string;
  words: string;
  detail: string;
  times: number;
  note: string;
  place: string;
  seenAt: string;
  photos: Photo[];
  message: string;
  savedAt: string;
}

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("plumbline-inspect", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("lists", { keyPath: "owner" });
      asked.result.createObjectStore("entries", { keyPath: "key" }).createIndex("owner", "owner");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** Run one request in a transaction of its own; resolves when it is safely on the phone, not before. */
async function run<T>(store: string, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await database();
  return new Promise((resolve, reject) => {
    const work = base.transaction(store, mode);
    const asked = ask(work.objectStore(store));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = () => reject(work.error);
    work.onabort = () => reject(work.error);
  });
}

export async function listOf(owner: string): Promise<List | null> {
  return ((await run("lists", "readonly", (store) => store.get(owner))) as List | undefined) ?? null;
}

export async function keepList(list: List): Promise<void> {
  // The token is for the moment of sending and is not kept.
  await run("lists", "readwrite", (store) => store.put({ ...list, token: "" }));
}

export async function entriesOf(owner: string): Promise<Entry[]> {
  const found = (await run("entries", "readonly", (store) => store.index("owner").getAll(owner))) as Entry[];
  return found.sort((a, b) => a.savedAt.localeCompare(b.savedAt));
}

export async function entry(owner: string, key: string): Promise<Entry | null> {
  const found = (await run("entries", "readonly", (store) => store.get(key))) as Entry | undefined;
  return found && found.owner === owner ? found : null;
}

export async function keepEntry(one: Entry): Promise<void> {
  await run("entries", "readwrite", (store) => store.put(one));
}

export async function dropEntry(key: string): Promise<void> {
  await run("entries", "readwrite", (store) => store.delete(key));
}
