// Forms: sent once and without leaving the page, never left with unsaved changes unasked, the cursor where the mistake is.
//
// htmx sends the form of a page. 204 with HX-Redirect: it is done (`form:done` is heard, drafts.js forgets the draft). 422: the
// page comes back with what is wrong. 401: the login, and back here, where drafts.js puts back what was typed. No
// answer: a sentence and a button to try again; nothing is lost.
import { words } from "./words.js";

const changed = new WeakSet();
let leaving = false;

/** Whether something in this part of the page was typed and not stored. */
export const isUnsaved = (root) =>
  [...(root?.querySelectorAll?.("form[data-guard]") ?? [])].some((form) => changed.has(form));

/** Ask before what was typed there goes. */
export const mayGo = (root) => !isUnsaved(root) || window.confirm(words.leave ?? "");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[method=post]")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.querySelector("[data-unsent]")?.remove();
  if (form.matches("[hx-post]")) return; // htmx sends it and says when it is back
  changed.delete(form);
  form.dataset.sending = "1";
  // after the browser has taken the form's values: a disabled button would not send its own
  setTimeout(() => (event.submitter ?? form.querySelector("[type=submit]"))?.classList.add("busy"), 0);
});

// Back from the next page, by the browser's memory: the form can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaving = false;
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
  }
});

// --- sent by htmx ---------------------------------------------------------------------------------------------------
const OURS = "form[data-draft][hx-post], #dialog form[hx-post]";

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target, requestConfig } = event.detail;
  const form = elt.matches(OURS) ? elt : null;
  if (form) {
    (requestConfig.triggeringEvent?.submitter ?? form.querySelector(".formfoot [type=submit]"))?.classList.add("busy");
    form.setAttribute("aria-busy", "true");
  } else if (isUnsaved(target) && !target.closest("form[data-guard]")) {
    if (mayGo(target)) target.querySelectorAll("form[data-guard]").forEach((each) => changed.delete(each));
    else event.preventDefault();
  }
});

// Before htmx follows where it is led, for the browser asks at that moment.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, elt } = event.detail;
  if (!xhr.getResponseHeader("HX-Redirect")) return;
  leaving = true; // also to the login: what was typed waits in its draft
  if (xhr.status !== 204 || !elt.matches?.(OURS)) return;
  changed.delete(elt);
  elt.dispatchEvent(new CustomEvent("form:done", { bubbles: true }));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.(OURS)) return;
  form.removeAttribute("aria-busy");
  if (!leaving) form.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
});

// A door that answers with another page instead of leading there: go there.
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (!form?.matches?.(OURS) || event.detail.target.id !== "main") return;
  const landed = new URL(event.detail.xhr.responseURL || location.href);
  if (landed.pathname === new URL(event.detail.requestConfig.path, location.href).pathname) return;
  event.detail.shouldSwap = false;
  changed.delete(form);
  form.dispatchEvent(new CustomEvent("form:done", { bubbles: true }));
  leaving = true;
  location.assign(landed);
});

document.addEventListener("htmx:sendError", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.(OURS)) return;
  const foot = form.querySelector(".formfoot");
  const note = document.createElement("div");
  note.className = "notice warn unsent";
  note.setAttribute("role", "alert");
  note.dataset.unsent = "";
  const said = document.createElement("p");
  said.textContent = words.unsent ?? words.offline ?? "";
  const again = document.createElement("button");
  again.type = "submit";
  again.className = "btn";
  again.textContent = words.again ?? "";
  note.append(said, again);
  form.querySelector("[data-unsent]")?.remove();
  if (foot) foot.before(note);
  else form.append(note);
  again.focus();
});

// What came back with mistakes is still unsaved; the mistake is read first.
document.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.elt ?? document;
  const wrong = root.querySelector?.("[data-focus]") ?? document.querySelector("#main [data-focus]");
  const form = wrong?.closest("form[data-guard]");
  if (!form) return;
  changed.add(form);
  wrong.focus();
});

// --- leaving ----------------------------------------------------------------------------------------------------------
for (const heard of ["input", "change"]) {
  document.addEventListener(heard, (event) => {
    const form = event.target.closest?.("form[data-guard]");
    if (form && event.isTrusted && !event.target.closest("[data-no-guard]")) changed.add(form);
  });
}
document.addEventListener("draft:restored", (event) => changed.add(event.target));
document.addEventListener("form:touched", (event) => changed.add(event.target)); // by a script, for a person
document.addEventListener("draft:discarded", (event) => changed.delete(event.target));

window.addEventListener("beforeunload", (event) => {
  if (leaving || !isUnsaved(document)) return;
  event.preventDefault();
  event.returnValue = words.leave ?? "";
});

document.addEventListener("click", (event) => {
  const close = event.target.closest?.("[data-dismiss]");
  if (close) close.closest(".message")?.remove();
});

// A link in the sum of mistakes leads into the field, not only to it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".notice a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
  (control ?? field).focus();
  (control ?? field).scrollIntoView({ block: "center" });
});

// What went wrong is read first.
document.querySelector("[data-focus]")?.focus();
