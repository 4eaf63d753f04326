// The inspector's page on a phone, with or without a network. What is recorded lies in IndexedDB until the server has confirmed
// it; a key made here lets it be sent again and again and count once. Whose it is, is told by a cookie that goes at sign-out.
import { send, type Told } from "./inspect-send";
import { smaller } from "./inspect-photos";
import {
  dropEntry, entriesOf, entry, type Entry, type Item, keepEntry, keepList, type List, listOf, type Photo, type RoundList,
  type Visit,
} from "./inspect-store";

const texts = document.body.dataset;
const main = document.getElementById("main") as HTMLElement;
const live = document.getElementById("live") as HTMLElement;
const sendButton = document.getElementById("send") as HTMLButtonElement;
let list: List | null = null;
let shownFor = "";
let photos: Photo[] = [];
let sending = false;
let again = false;
let troubled = false;
/** The form that is open, as an entry; null where none is. */
let opened: (() => Entry) | null = null;

/** Who is signed in on this phone, as far as the phone knows: an opaque name, "" for nobody. */
function owner(): string {
  return document.cookie.match(/(?:^|; )plumbline_inspector=([0-9a-f]+)/)?.[1] ?? "";
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function clone(id: string): HTMLElement {
  const template = document.getElementById(id) as HTMLTemplateElement;
  return (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
}

function slot<T extends HTMLElement = HTMLElement>(within: HTMLElement, name: string): T {
  return within.querySelector(`[data-slot="${name}"]`) as T;
}

function put(within: HTMLElement, name: string, text: string): HTMLElement {
  const place = slot(within, name);
  place.textContent = text;
  place.hidden = text === "";
  return place;
}

function say(text: string): void {
  live.textContent = text;
  live.hidden = text === "";
}

/** The day of the phone, as 2026-11-23. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

// --- the list --------------------------------------------------------------------------------------------------------

function visitRow(visit: Visit, waiting: Entry[]): HTMLElement {
  const row = clone("visit");
  const own = waiting.filter((one) => one.unit === visit.unit && one.round === visit.round);
  const link = slot<HTMLAnchorElement>(row, "link");
  link.href = `#u/${visit.round}/${visit.unit}`;
  link.textContent = visit.name;
  put(row, "days", visit.days);
  put(row, "team", visit.team);
  const found = visit.findings + own.filter((one) => one.kind === "finding").length;
  put(row, "count", found ? String(found) : "");
  slot(row, "found").hidden = !found;
  slot(row, "done").hidden = !(visit.done || own.some((one) => one.kind === "done"));
  slot(row, "late").hidden = visit.done || visit.until >= today();
  put(row, "blocked", visit.blocked);
  return row;
}

function visitsBetween(visits: Visit[], from: string, until: string): Visit[] {
  return visits.filter((one) => one.from <= until && one.until >= from);
}

function addVisits(page: HTMLElement, name: string, visits: Visit[], waiting: Entry[]): void {
  const part = slot(page, name);
  part.hidden = visits.length === 0;
  slot(part, "rows").append(...visits.map((visit) => visitRow(visit, waiting)));
}

function entryRow(one: Entry): HTMLElement {
  const row = clone("entry");
  put(row, "unit", one.unitName);
  put(row, "words", one.kind === "done" ? (texts.finished ?? "") : `${one.node} ${one.words}`.trim());
  put(row, "photos", one.photos.length ? String(one.photos.length) : "");
  slot(row, "camera").hidden = one.photos.length === 0;
  for (const state of ["draft", "waiting", "refused"]) slot(row, state).hidden = one.state !== state;
  put(row, "message", one.message);
  const open = slot<HTMLAnchorElement>(row, "open");
  open.hidden = one.kind === "done" || one.state === "waiting";
  open.href = `#e/${one.key}`;
  const drop = slot<HTMLButtonElement>(row, "drop");
  drop.hidden = one.state === "waiting";
  drop.addEventListener("click", () => {
    if (window.confirm(drop.dataset.sure)) void dropEntry(one.key).then(show);
  });
  return row;
}

async function showHome(who: string): Promise<void> {
  const waiting = await entriesOf(who);
  const page = clone("home");
  const visits = list?.visits ?? [];
  const day = today();
  const now = visitsBetween(visits, day, day).filter((one) => !one.done);
  const open = visits.filter((one) => !one.done && !now.includes(one));
  addVisits(page, "today", now, waiting);
  addVisits(page, "late", open.filter((one) => one.until < day), waiting);
  addVisits(page, "later", open.filter((one) => one.from > day), waiting);
  addVisits(page, "over", visits.filter((one) => one.done), waiting);
  slot(page, "nothing").hidden = visits.length > 0;
  const part = slot(page, "waiting");
  part.hidden = waiting.length === 0;
  slot(part, "rows").append(...waiting.map(entryRow));
  put(page, "fetched", list?.fetched ?? "");
  slot(page, "kept").hidden = !list;
  main.replaceChildren(page);
}

// --- one unit --------------------------------------------------------------------------------------------------------

function roundOf(id: number): RoundList | undefined {
  return list?.rounds.find((one) => one.id === id);
}

function visitOf(round: number, unit: number): Visit | undefined {
  return list?.visits.find((one) => one.round === round && one.unit === unit);
}

function itemRow(item: Item, visit: Visit): HTMLElement {
  const row = clone("item");
  row.classList.add(`pl-depth-${Math.min(item.depth, 3)}`);
  put(row, "code", item.node);
  put(row, "title", item.title);
  const exempt = visit.exempt.includes(item.node);
  slot(row, "exempt").hidden = !exempt;
  slot(row, "rules").append(...item.rules.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  const button = slot<HTMLAnchorElement>(row, "record");
  button.hidden = exempt || visit.blocked !== "" || (item.points.length === 0 && !item.leaf);
  button.href = `#f/${visit.round}/${visit.unit}/${encodeURIComponent(item.node)}`;
  return row;
}

async function showUnit(who: string, round: number, unit: number): Promise<void> {
  const visit = visitOf(round, unit);
  const listed = roundOf(round);
  if (!visit || !listed) return showHome(who);
  const page = clone("unit");
  put(page, "name", visit.name);
  put(page, "days", visit.days);
  put(page, "team", visit.team);
  put(page, "round", listed.title);
  put(page, "blocked", visit.blocked);
  slot(page, "is-blocked").hidden = visit.blocked === "";
  const own = (await entriesOf(who)).filter((one) => one.round === round && one.unit === unit);
  const part = slot(page, "waiting");
  part.hidden = own.length === 0;
  slot(part, "rows").append(...own.map(entryRow));
  slot(page, "items").append(...listed.items.map((item) => itemRow(item, visit)));
  const finish = slot<HTMLButtonElement>(page, "finish");
  const over = visit.done || own.some((one) => one.kind === "done");
  finish.hidden = over || visit.blocked !== "";
  slot(page, "done").hidden = !over;
  finish.addEventListener("click", () => {
    void keepEntry(emptyEntry(who, visit, "done", "waiting")).then(() => {
      say(texts.kept ?? "");
      location.hash = "#";
      void flush();
    });
  });
  main.replaceChildren(page);
}

function emptyEntry(who: string, visit: Visit, kind: Entry["kind"], state: Entry["state"]): Entry {
  const now = new Date().toISOString();
  return {
    key: newKey(), owner: who, kind, state, round: visit.round, unit: visit.unit, unitName: visit.name, node: "", criterion: "",
    words: "", detail: "", times: 1, note: "", place: "", seenAt: now, photos: [], message: "", savedAt: now,
  };
}

// --- recording -------------------------------------------------------------------------------------------------------

interface Choice {
  item: Item;
  criterion: string;
  words: string;
  options: string[];
  optional: boolean;
}

function choicesOf(item: Item): Choice[] {
  const found = item.points.map((point) => ({ item, ...point }));
  return item.leaf && !item.points.some((point) => point.criterion === item.node)
    ? [...found, { item, criterion: item.node, words: texts.observation ?? "", options: [], optional: true }]
    : found;
}

/** Local time for a field, as 2026-11-23T14:05. */
function forField(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function radio(name: string, value: string, text: string, checked: boolean): HTMLElement {
  const row = clone("radio");
  const input = row.querySelector("input") as HTMLInputElement;
  Object.assign(input, { name, value, checked });
  slot(row, "text").textContent = text;
  return row;
}

function drawPhotos(form: HTMLElement): void {
  const place = slot(form, "photos");
  place.replaceChildren(
    ...photos.map((photo, index) => {
      const row = clone("photo");
      const canvas = row.querySelector("canvas") as HTMLCanvasElement;
      canvas.setAttribute("aria-label", photo.name);
      void createImageBitmap(photo.blob).then(
        (picture) => {
          const scale = Math.min(1, 160 / Math.max(picture.width, picture.height));
          canvas.width = Math.max(1, Math.round(picture.width * scale));
          canvas.height = Math.max(1, Math.round(picture.height * scale));
          canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
        },
        () => canvas.replaceWith(document.createTextNode(photo.name)), // no picture that this browser can draw
      );
      slot(row, "remove").addEventListener("click", () => {
        photos = photos.filter((_one, other) => other !== index);
        drawPhotos(form);
      });
      return row;
    }),
  );
}

function drawOptions(form: HTMLElement, choices: Choice[], detail: string): void {
  const chosen = (form.querySelector("input[name=what]:checked") as HTMLInputElement | null)?.value;
  const options = choices.find((one) => one.criterion === chosen)?.options ?? [];
  const part = slot(form, "levels");
  part.hidden = options.length === 0;
  slot(part, "rows").replaceChildren(...options.map((option) => radio("detail", option, option, option === detail)));
}

async function showForm(who: string, before: Entry, visit: Visit): Promise<void> {
  const item = roundOf(visit.round)?.items.find((one) => one.node === before.node);
  if (!item) return showUnit(who, visit.round, visit.unit);
  const form = clone("form") as HTMLFormElement;
  const choices = choicesOf(item);
  photos = [...before.photos];
  put(form, "unit", visit.name);
  put(form, "title", `${item.node} ${item.title}`.trim());
  put(form, "message", before.message);
  const chosen = before.criterion || (choices.length === 1 ? choices[0].criterion : "");
  slot(form, "what").append(...choices.map((one) => radio("what", one.criterion, one.words, one.criterion === chosen)));
  const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  field("times").value = String(before.times);
  field("note").value = before.note;
  field("place").value = before.place;
  field("seen").value = forField(before.seenAt);
  drawOptions(form, choices, before.detail);
  drawPhotos(form);
  slot(form, "what").addEventListener("change", () => drawOptions(form, choices, ""));
  field("files").addEventListener("change", () => {
    const chosenFiles = [...(field("files").files ?? [])];
    field("files").value = "";
    void Promise.all(chosenFiles.map(smaller)).then((found) => {
      photos = [...photos, ...found].slice(0, 12);
      drawPhotos(form);
    });
  });
  (slot(form, "back") as HTMLAnchorElement).href = `#u/${visit.round}/${visit.unit}`;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const draft = (event as SubmitEvent).submitter?.dataset.draft !== undefined;
    void saveForm(form, before, choices, draft, visit);
  });
  main.replaceChildren(form);
  opened = () => entryOf(form, before, choices);
}

/** What the form says now. */
function entryOf(form: HTMLFormElement, before: Entry, choices: Choice[]): Entry {
  const value = (name: string): string => ((form.elements.namedItem(name) as HTMLInputElement | null)?.value ?? "").trim();
  const checked = (name: string): string => form.querySelector<HTMLInputElement>(`input[name=${name}]:checked`)?.value ?? "";
  const seen = value("seen");
  const criterion = checked("what");
  return {
    ...before, criterion, words: choices.find((one) => one.criterion === criterion)?.words ?? "", detail: checked("detail"),
    times: Math.max(1, Number.parseInt(value("times"), 10) || 1), note: value("note"), place: value("place"), photos,
    seenAt: !seen || seen === forField(before.seenAt) ? before.seenAt : new Date(seen).toISOString(),
  };
}

/** Keep a form that is begun before the phone puts the page away or somebody else signs in: as a draft of its writer's. */
async function keepOpened(): Promise<void> {
  const made = opened?.();
  if (!made || !main.querySelector("form")) return;
  if (made.note || made.place || made.photos.length > 0) await keepEntry(made);
}

function complaint(made: Entry, choices: Choice[]): string {
  const choice = choices.find((one) => one.criterion === made.criterion);
  if (!choice) return texts.choose ?? "";
  if (choice.options.length > 0 && !choice.optional && !made.detail) return texts.level ?? "";
  if (choice.criterion === choice.item.node && choice.options.length === 0 && !made.note) return texts.words ?? "";
  return "";
}

async function saveForm(form: HTMLFormElement, before: Entry, choices: Choice[], draft: boolean, visit: Visit): Promise<void> {
  const made: Entry = { ...entryOf(form, before, choices), state: draft ? "draft" : "waiting", message: "" };
  const wrong = draft ? "" : complaint(made, choices);
  const place = put(form, "message", wrong);
  if (wrong) {
    place.scrollIntoView({ block: "center" });
    return;
  }
  try {
    await keepEntry(made);
  } catch {
    put(form, "message", texts.full ?? "").scrollIntoView({ block: "center" });
    return;
  }
  opened = null;
  void navigator.storage?.persist?.();
  say(draft ? (texts.drafted ?? "") : (texts.kept ?? ""));
  location.hash = `#u/${visit.round}/${visit.unit}`;
  if (!draft) void flush();
}

// --- which page ------------------------------------------------------------------------------------------------------

async function showNobody(): Promise<void> {
  main.replaceChildren(clone("nobody"));
}

async function route(who: string): Promise<void> {
  opened = null;
  const [page, first, second, third] = location.hash.slice(1).split("/").map(decodeURIComponent);
  if (page === "u") return showUnit(who, Number(first), Number(second));
  if (page === "f") {
    const visit = visitOf(Number(first), Number(second));
    return visit ? showForm(who, { ...emptyEntry(who, visit, "finding", "draft"), node: third ?? "" }, visit) : showHome(who);
  }
  if (page === "e") {
    const kept = await entry(who, first ?? "");
    const visit = kept && visitOf(kept.round, kept.unit);
    if (kept && visit && kept.state !== "waiting") return showForm(who, kept, visit);
  }
  return showHome(who);
}

/** Draw the page that the address names, for whoever is signed in now. */
async function show(): Promise<void> {
  const who = owner();
  if (who !== shownFor) {
    await keepOpened();
    shownFor = who;
    list = null;
    photos = [];
  }
  if (!who) {
    await showNobody();
  } else {
    list ??= await listOf(who);
    await route(who);
  }
  await showBar(who);
}

async function showBar(who: string): Promise<void> {
  const waiting = who ? (await entriesOf(who)).filter((one) => one.state === "waiting") : [];
  sendButton.hidden = waiting.length === 0;
  slot(sendButton, "count").textContent = String(waiting.length);
  sendButton.disabled = sending;
  (document.getElementById("offline") as HTMLElement).hidden = navigator.onLine;
  (document.getElementById("online") as HTMLElement).hidden = !navigator.onLine;
  const name = document.getElementById("who") as HTMLElement;
  name.textContent = who ? (list?.name ?? "") : "";
}

// --- sending ---------------------------------------------------------------------------------------------------------

/** Ask for the list and send what waits, one by one. Called again and again: nothing is lost or sent for another person. */
async function flush(): Promise<void> {
  again = sending;
  if (sending || !navigator.onLine) return;
  sending = true;
  sendButton.disabled = true;
  try {
    const told = await send(owner, keepList);
    if (told.list) list = told.list;
    const words = wordsOf(told);
    if (words || troubled) say(words); // a confirmation stays until there is something newer to say
    troubled = told.problem !== "";
  } finally {
    sending = false;
    // A form is not drawn anew under the writer's hands.
    if (main.querySelector("form") && owner() === shownFor) await showBar(owner());
    else await show();
  }
  if (again) await flush(); // something was recorded meanwhile
}

function wordsOf(told: Told): string {
  if (told.problem === "signed-out") return texts.signin ?? "";
  if (told.problem === "network") return texts.network ?? "";
  if (told.problem === "server") return texts.server ?? "";
  if (told.refused) return texts.refused ?? "";
  return told.sent ? (texts.sent ?? "").replace("{count}", String(told.sent)) : "";
}

sendButton.addEventListener("click", () => {
  if (!navigator.onLine) say(texts.network ?? "");
  void flush();
});
window.addEventListener("online", () => void flush());
window.addEventListener("offline", () => void showBar(owner()));
window.addEventListener("hashchange", () => {
  void show().then(() => {
    window.scrollTo(0, 0);
    main.querySelector<HTMLElement>("h1, h2")?.focus();
  });
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") {
    void keepOpened();
    return;
  }
  if (owner() !== shownFor) void show();
  void flush();
});
window.setInterval(() => {
  if (!sendButton.hidden) void flush();
}, 60000);

async function begin(): Promise<void> {
  await show();
  const ready = document.getElementById("ready") as HTMLElement;
  const unsafe = document.getElementById("unsafe") as HTMLElement;
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(texts.worker ?? "", { scope: texts.scope }).then(
      () => navigator.serviceWorker.ready.then(() => (ready.hidden = false)),
      () => (unsafe.hidden = navigator.onLine === false),
    );
  } else {
    unsafe.hidden = false;
  }
  await flush();
}

void begin();
