// Minutes that are typed: kept on this device with every pause, sent to the server now and then, and taken from the device only
// when the server has said that they stand there. Each text that is sent has a key, so that sending again counts once.
import { drop, keep, type Typed, typed } from "./meeting-store";

const PAUSE = 700;
const EVERY = 8000;
const SENT = "plumbline-minutes-sent";
const form = document.querySelector<HTMLFormElement>("form[data-minutes]");
const place = document.getElementById("kept");

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function begin(form: HTMLFormElement, place: HTMLElement): void {
  const texts = form.dataset;
  const owner = texts.owner ?? "";
  const meeting = texts.minutes ?? "";
  const base = form.elements.namedItem("base") as HTMLInputElement;
  const key = form.elements.namedItem("key") as HTMLInputElement;
  const token = form.elements.namedItem("csrfmiddlewaretoken") as HTMLInputElement;
  let pause = 0;
  let sending = false;
  let stopped = false;
  let dirty = false;

  function say(text: string | undefined): void {
    place.textContent = text ?? "";
    place.hidden = !text;
  }

  function fields(): Record<string, string> {
    const found: Record<string, string> = {};
    new FormData(form).forEach((value, name) => {
      if (typeof value === "string" && /^(text|who|points|resolution|ayes|noes|abstentions|matter)_/.test(name)) found[name] = value;
    });
    return found;
  }

  function now(): Typed {
    return { id: `${owner}/${meeting}`, owner, key: key.value, base: Number(base.value), fields: fields(), typedAt: new Date().toISOString() };
  }

  /** Send one text; true where the server has it, as the record or beside a newer one. */
  async function post(one: Typed): Promise<boolean> {
    const headers = { "X-CSRFToken": token.value, "Content-Type": "application/json", Accept: "application/json" };
    const answer = await fetch(texts.send ?? "", { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(one) });
    if (answer.redirected || answer.status === 401 || answer.status === 403 || answer.status === 409) return fail(texts.out);
    if (!answer.ok && answer.status !== 422) return fail(texts.waiting);
    const told = (await answer.json()) as { state: string; revision?: number; message?: string };
    if (told.state === "refused") return fail(told.message);
    await drop(one);
    if (told.state === "beside") {
      stopped = true; // both texts stand on the server: whoever looks chooses
      say(texts.beside);
    } else {
      base.value = String(told.revision ?? one.base);
      say(texts.saved);
    }
    return true;
  }

  function fail(text: string | undefined): boolean {
    say(text);
    return false;
  }

  async function send(): Promise<boolean> {
    if (sending || stopped) return false;
    const one = await typed(owner, meeting);
    if (!one) return false;
    sending = true;
    try {
      return await post(one);
    } catch {
      return fail(texts.waiting);
    } finally {
      sending = false;
    }
  }

  async function store(): Promise<void> {
    key.value = newKey(); // other words are another sending
    dirty = false;
    await keep(now());
    if (!navigator.onLine) say(texts.waiting);
  }

  /** What was typed before and not sent: to the server first; into the form only where that cannot be reached. */
  async function restore(): Promise<void> {
    const one = await typed(owner, meeting);
    if (!one) return;
    const shown = base.value;
    if (await send()) {
      if (base.value !== shown || (stopped && !document.querySelector("[id^=beside-]"))) window.location.reload();
      stopped = false;
      return;
    }
    for (const [name, value] of Object.entries(one.fields)) {
      const field = form.elements.namedItem(name) as HTMLInputElement | null;
      if (field) field.value = value;
    }
    base.value = String(one.base);
    key.value = one.key;
    say(texts.restored);
  }

  form.addEventListener("input", () => {
    dirty = true;
    window.clearTimeout(pause);
    pause = window.setTimeout(() => void store(), PAUSE);
  });
  form.addEventListener("submit", (event) => {
    window.clearTimeout(pause);
    if (dirty) key.value = newKey();
    dirty = false;
    if (navigator.onLine) {
      sessionStorage.setItem(SENT, key.value);
      return;
    }
    event.preventDefault(); // the browser would show its own page of failure instead of the text
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    void keep(now()).then(() => say(texts.waiting));
  });
  window.addEventListener("online", () => void send());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void send();
  });
  window.setInterval(() => void send(), EVERY);
  void restore();
}

/** The page of the meeting, reached after a saving: what was sent by the form need not be kept here any longer. */
async function clear(done: HTMLElement): Promise<void> {
  const one = await typed(done.dataset.owner ?? "", done.dataset.minutesDone ?? "");
  if (one && one.key === sessionStorage.getItem(SENT)) await drop(one);
}

const done = document.querySelector<HTMLElement>("[data-minutes-done]");
if (form && place) begin(form, place);
else if (done) void clear(done);
