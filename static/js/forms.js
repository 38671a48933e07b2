// Forms: sent once, never left with unsaved changes unasked, the cursor where the mistake is.
import { words } from "./words.js";

const changed = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[method=post]")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  changed.delete(form);
  if (form.matches("[hx-post]")) return; // htmx sends it and says when it is back
  form.dataset.sending = "1";
  // after the browser has taken the form's values: a disabled button would not send its own
  setTimeout(() => (event.submitter ?? form.querySelector("[type=submit]"))?.classList.add("busy"), 0);
});

// Back from the next page, by the browser's memory: the form can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
  }
});

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-guard]");
  if (form && event.isTrusted) changed.add(form);
});

window.addEventListener("beforeunload", (event) => {
  const dirty = [...document.querySelectorAll("form[data-guard]")].some((form) => changed.has(form));
  if (dirty) {
    event.preventDefault();
    event.returnValue = words.leave ?? "";
  }
});

document.addEventListener("click", (event) => {
  const close = event.target.closest?.("[data-dismiss]");
  if (close) close.closest(".message")?.remove();
});

// What went wrong is read first.
document.querySelector("[data-focus]")?.focus();
