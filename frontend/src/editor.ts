// The scheme editor: keys and drag in the tree, the revision in every form, and where the keyboard goes after a change.
type Told = { revision: number; key: number | null; focus: string; address: string };
interface Htmx {
  ajax(verb: string, path: string, context: { values: Record<string, string>; swap: string; source?: Element; headers?: Record<string, string> }): Promise<void>;
}
const htmx = (): Htmx => (window as unknown as { htmx: Htmx }).htmx;
const editor = document.querySelector<HTMLElement>("[data-editor]");
const mayEdit = editor?.dataset.mayEdit !== undefined;

function lines(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#tree > li")];
}

/** Mark the line, or the part, that the panel shows. */
function mark(address: string): void {
  const query = new URL(address, location.href).search;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("#tree a, .pl-edit-parts a")) {
    const mine = new URL(link.href, location.href).search === query || (query === "" && link.search === "?part=head");
    if (mine) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function change(values: Record<string, string>): void {
  if (editor) void htmx().ajax("POST", editor.dataset.change ?? "", { values: { part: "tree", ...values }, swap: "none", source: editor });
}

document.addEventListener("htmx:configRequest", (event) => {
  const detail = (event as CustomEvent).detail;
  const field = detail.triggeringEvent?.target as HTMLElement | null;
  if (detail.triggeringEvent?.type !== "change" || !(detail.elt as Element).matches("form[data-panel]")) return;
  detail.formData.delete("do"); // the button on the way to which the field was left is sent by its own press
  // A choice that changes which fields there are, such as the kind of facts, has the form drawn anew.
  if (field?.dataset?.refresh !== undefined) detail.formData.set("do", "refresh");
});

document.addEventListener("htmx:afterRequest", (event) => {
  const detail = (event as CustomEvent).detail;
  const link = detail.elt as HTMLAnchorElement;
  if (detail.requestConfig?.verb === "get" && link.matches?.("#tree a, .pl-edit-parts a, .pl-edit-trouble a") && detail.successful) {
    mark(link.href);
    if (link.closest(".pl-edit-trouble")) document.querySelector("#panel")?.scrollIntoView({ block: "nearest" });
  }
});

document.addEventListener("plumbline:stored", (event) => {
  const told = (event as CustomEvent).detail as Told;
  for (const field of document.querySelectorAll<HTMLInputElement>("[data-seen]")) field.value = String(told.revision);
  if (!told.focus) return;
  requestAnimationFrame(() => {
    history.replaceState(history.state, "", told.address);
    mark(told.address);
    if (told.focus === "row") document.querySelector<HTMLElement>(`#n${told.key} a`)?.focus();
    if (told.focus === "name") document.querySelector<HTMLInputElement>("#panel [name='n.code']")?.select();
    if (told.focus === "added") {
      const parts = document.querySelectorAll<HTMLElement>("#panel .pl-edit-rule");
      parts[parts.length - 1]?.querySelector<HTMLElement>("select, input:not([type=hidden]), textarea")?.focus();
    }
  });
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-keep-mine]");
  const form = document.querySelector<HTMLFormElement>("#panel form[data-panel]");
  const seen = form?.querySelector<HTMLInputElement>("[data-seen]");
  if (!button || !form || !seen) return;
  seen.value = button.dataset.keepMine ?? "";
  form.requestSubmit(form.querySelector<HTMLButtonElement>("[value=keep]"));
});

function onLine(event: KeyboardEvent, line: HTMLElement): boolean {
  const all = lines();
  const at = all.indexOf(line);
  const key = line.dataset.key ?? "";
  const ways: Record<string, string> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
  if (event.altKey && ways[event.key] && mayEdit) change({ key, do: ways[event.key] });
  else if (event.altKey || event.ctrlKey || event.metaKey) return false;
  else if (event.key === "ArrowUp" || event.key === "ArrowDown") all[at + (event.key === "ArrowUp" ? -1 : 1)]?.querySelector("a")?.focus();
  else if (!mayEdit) return false;
  else if (event.key === "a" || event.key === "i" || event.key === "d") change({ key, do: { a: "after", i: "inside", d: "copy" }[event.key] as string });
  else if (event.key === "Delete") {
    if (window.confirm(editor?.dataset.remove)) change({ key, do: "remove", seen: document.querySelector<HTMLInputElement>("[data-seen]")?.value ?? "" });
  } else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  const line = target.closest<HTMLElement>("#tree > li");
  if (line && onLine(event, line)) event.preventDefault();
  const form = target.closest<HTMLFormElement>("form[data-panel]");
  if (!form || !(event.ctrlKey || event.metaKey)) return;
  const wanted = event.key === "Enter" ? "after" : event.key === "d" ? "copy" : "";
  const button = wanted && form.querySelector<HTMLButtonElement>(`button[name=do][value=${wanted}]`);
  if (!button) return;
  event.preventDefault();
  form.requestSubmit(button);
});

let dragged: HTMLElement | null = null;
function side(event: DragEvent, line: HTMLElement): "before" | "after" | "inside" {
  const box = line.getBoundingClientRect();
  const part = (event.clientY - box.top) / box.height;
  return part < 0.3 ? "before" : part > 0.7 ? "after" : "inside";
}
function unmark(): void {
  for (const line of document.querySelectorAll("#tree > .pl-before, #tree > .pl-after, #tree > .pl-inside")) line.classList.remove("pl-before", "pl-after", "pl-inside");
}
document.addEventListener("dragstart", (event) => {
  dragged = (event.target as Element).closest?.<HTMLElement>("#tree > li") ?? null;
  if (!dragged || !event.dataTransfer) return;
  dragged.classList.add("pl-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.key ?? "");
});
document.addEventListener("dragover", (event) => {
  const line = (event.target as Element).closest?.<HTMLElement>("#tree > li");
  if (!dragged || !line || line === dragged) return;
  event.preventDefault();
  unmark();
  line.classList.add(`pl-${side(event, line)}`);
});
document.addEventListener("drop", (event) => {
  const line = (event.target as Element).closest?.<HTMLElement>("#tree > li");
  if (!dragged || !line || line === dragged) return;
  event.preventDefault();
  change({ key: dragged.dataset.key ?? "", do: `put:${side(event, line)}:${line.dataset.key ?? ""}` });
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("pl-dragged");
  dragged = null;
  unmark();
});
