// What every page gets. Each behaviour hangs on a data attribute, and every form works without it.
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/modal";
import "bootstrap/js/dist/tab";
import htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;

/** Menus made of <details>: close on Escape, on a click elsewhere, and when another opens. */
function closeMenus(except: Node | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.pl-menu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target as Node));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const inside = (document.activeElement as HTMLElement | null)?.closest<HTMLDetailsElement>("details.pl-menu[open]");
  closeMenus(null);
  inside?.querySelector("summary")?.focus();
  if (location.hash === "#navigation") location.hash = "#main";
});

/** data-confirm on a form or a submit button: asks first, in a dialog of the page's own language. */
let confirmed: HTMLFormElement | null = null;
function ask(question: string, verb: string): Promise<boolean> {
  const texts = document.body.dataset;
  const dialog = document.createElement("dialog");
  dialog.className = "pl-dialog";
  const text = document.createElement("p");
  text.textContent = question;
  text.id = "pl-question";
  dialog.setAttribute("aria-labelledby", text.id);
  const row = document.createElement("div");
  row.className = "pl-actions";
  const no = document.createElement("button");
  no.className = "btn";
  no.textContent = texts.cancel ?? "";
  const yes = document.createElement("button");
  yes.className = "btn btn-primary";
  yes.textContent = verb;
  row.append(no, yes);
  dialog.append(text, row);
  document.body.append(dialog);
  return new Promise((resolve) => {
    no.addEventListener("click", () => dialog.close("no"));
    yes.addEventListener("click", () => dialog.close("yes"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    if (typeof dialog.showModal === "function") dialog.showModal();
    else resolve(window.confirm(question));
  });
}
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    const question = button?.dataset.confirm ?? form.dataset.confirm;
    if (!question || confirmed === form) {
      confirmed = null;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    void ask(question, button?.textContent?.trim() || (document.body.dataset.confirm ?? "")).then((yes) => {
      if (!yes) {
        button?.focus();
        return;
      }
      confirmed = form;
      form.requestSubmit(button ?? undefined);
    });
  },
  true,
);

/** data-once on a form: a second press does not send it again while the first is under way. */
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.dataset.submits !== undefined) field.form?.requestSubmit();
  const all = field.dataset.checksAll;
  if (all) for (const box of document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name="${CSS.escape(all)}"]`)) box.checked = field.checked;
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-print], [data-copies]");
  if (!button) return;
  if (button.dataset.print !== undefined) window.print();
  const source = button.dataset.copies ? document.querySelector(button.dataset.copies) : null;
  if (source) void navigator.clipboard?.writeText((source as HTMLInputElement).value ?? source.textContent ?? "");
});

/** A table that scrolls sideways is reached by the keyboard, under the name of its caption or of the heading above it. */
function nameScrollers(): void {
  for (const box of document.querySelectorAll<HTMLElement>(".table-responsive")) {
    const scrolls = box.scrollWidth > box.clientWidth;
    if (!scrolls) {
      box.removeAttribute("tabindex");
      continue;
    }
    box.tabIndex = 0;
    const name = box.querySelector("caption")?.textContent ?? box.closest(".card, section")?.querySelector("h2, h3")?.textContent;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", (name ?? document.querySelector("h1")?.textContent ?? "").trim());
  }
}
window.addEventListener("load", nameScrollers);
window.addEventListener("resize", nameScrollers);
document.addEventListener("htmx:load", nameScrollers);

/** After a fragment arrives: say so to screen readers through the page's live region, and mend errors that replace nothing. */
document.addEventListener("htmx:responseError", () => {
  const live = document.getElementById("pl-live");
  if (live) live.textContent = document.body.dataset.failed ?? "";
});

/** Passkey failures (cancelled, no key here) are told in words beside the form. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.getElementById("pl-passkey-error");
  if (!place) return;
  place.hidden = false;
  place.focus();
});
