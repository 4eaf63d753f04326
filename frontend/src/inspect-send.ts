// Sending what waits: removed from the phone only when the server has said that it stands there; a refused one stays with the
// server's words. Nothing of one person goes under the name of another: the server compares the owner with its session.
import { dropEntry, entriesOf, type Entry, keepEntry, type List } from "./inspect-store";

export interface Told {
  sent: number;
  refused: number;
  problem: "" | "signed-out" | "network" | "server";
  list: List | null;
}

interface Answer {
  state: "recorded" | "known" | "refused";
  message?: string;
}

const LIST = document.body.dataset.list ?? "";
const SEND = document.body.dataset.send ?? "";

async function fetchList(): Promise<List | "signed-out" | "network" | "server"> {
  try {
    const answer = await fetch(LIST, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } });
    if (answer.status === 401) return "signed-out";
    if (!answer.ok) return "server";
    return (await answer.json()) as List;
  } catch {
    return "network";
  }
}

function bodyOf(one: Entry): FormData {
  const body = new FormData();
  const { kind, key, owner, round, unit, node, criterion, detail, times, note, place, seenAt } = one;
  const fields = { kind, key, owner, round, unit, node, criterion, detail, times, note, place, seen_at: seenAt };
  for (const [name, value] of Object.entries(fields)) body.append(name, String(value));
  for (const photo of one.photos) body.append("photos", photo.blob, photo.name);
  return body;
}

async function post(one: Entry, token: string): Promise<Answer | "signed-out" | "network" | "server"> {
  try {
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    const answer = await fetch(SEND, { method: "POST", credentials: "same-origin", headers, body: bodyOf(one) });
    if (answer.status === 401 || answer.status === 409) return "signed-out";
    if (answer.ok || answer.status === 422) return (await answer.json()) as Answer;
    if (answer.status === 403 || answer.status === 413) return { state: "refused", message: document.body.dataset.forbidden };
    return "server";
  } catch {
    return "network";
  }
}

/** Fetch the list, then send what waits for its owner, the oldest first. */
export async function send(owner: () => string, keep: (list: List) => Promise<void>): Promise<Told> {
  const told: Told = { sent: 0, refused: 0, problem: "", list: null };
  let found = await fetchList();
  if (typeof found === "string") return { ...told, problem: found };
  const token = found.token;
  for (const one of await entriesOf(found.owner)) {
    if (one.state !== "waiting") continue;
    if (owner() !== found.owner) return { ...told, problem: "signed-out" };
    const answer = await post(one, token);
    if (typeof answer === "string") return { ...told, problem: answer };
    if (answer.state === "refused") {
      await keepEntry({ ...one, state: "refused", message: answer.message ?? "" });
      told.refused += 1;
    } else {
      await dropEntry(one.key);
      told.sent += 1;
    }
  }
  if (told.sent) {
    const fresh = await fetchList(); // the counts have changed
    if (typeof fresh !== "string") found = fresh;
  }
  await keep(found);
  return { ...told, list: found };
}
