// What is typed into a form is kept in this tab until the form is through: a login that ran out, a dead connection, a
// reload take nothing away. Only this tab has it (sessionStorage), under the person who typed it: whoever logs in next
// at the same browser sees nothing of it.
//
// A form takes part with `data-draft="name"`; the name tells two forms of one address apart. Never kept: passwords, card
// numbers, files, hidden fields (but those with `data-keep`), and whatever carries `data-no-draft`. A draft goes when the
// server said the form is done, when it is discarded, after half a day, and with the tab.
//
// A form whose controls are made as one types listens to `draft:restore` (detail: { values }) and may make them first,
// by `preventDefault()` and `detail.fill({ tell: true })` when they are there.
//
// For others: `collect(form)` and `fill(form, values)`; values are [name, value] pairs in the order of the page.
import { words } from "./words.js";

const HALF_A_DAY = 12 * 3600 * 1000;
const SECRET = "[type=password], [type=file], [data-no-draft], [data-no-draft] *, [autocomplete^=cc-], [autocomplete*=password], [autocomplete=one-time-code]";
const OURS = new Set(["csrfmiddlewaretoken", "idempotency_key", "version"]);
const timers = new WeakMap();
const person = document.querySelector("[data-person]")?.dataset.person ?? "";

const nameOf = (form) => `draft:${person}:${location.pathname}${location.search}#${form.dataset.draft}`;
const takesPart = (form) => Boolean(person && form?.matches?.("form[data-draft]"));

function store(action) {
  try {
    return action();
  } catch {
    return null; // no storage, or a full one: the page works all the same
  }
}

/** What stands in a form, as pairs; secrets, files and what the server put there itself left out. */
export function collect(form) {
  const values = [];
  for (const control of form.elements) {
    if (!control.name || OURS.has(control.name) || control.matches(SECRET) || ["submit", "button", "reset", "image"].includes(control.type)) continue;
    if (control.type === "hidden" && !("keep" in control.dataset)) continue;
    if (["checkbox", "radio"].includes(control.type)) {
      if (control.checked) values.push([control.name, control.value]);
    } else if (control.type === "select-multiple") {
      for (const option of control.selectedOptions) values.push([control.name, option.value]);
    } else values.push([control.name, control.value]);
  }
  return values;
}

/** Put pairs back into a form; gives how many controls changed by it. */
export function fill(form, values) {
  const left = new Map();
  for (const [name, value] of values) left.set(name, [...(left.get(name) ?? []), value]);
  let changed = 0;
  for (const control of form.elements) {
    if (!control.name || OURS.has(control.name) || control.matches(SECRET)) continue;
    if (control.type === "hidden" && !("keep" in control.dataset)) continue;
    const mine = left.get(control.name);
    const before = [control.value, control.checked, [...(control.selectedOptions ?? [])].length].join();
    if (["checkbox", "radio"].includes(control.type)) control.checked = Boolean(mine?.includes(control.value));
    else if (control.type === "select-multiple") for (const option of control.options) option.selected = Boolean(mine?.includes(option.value));
    else if (mine?.length) control.value = mine.shift();
    if (before === [control.value, control.checked, [...(control.selectedOptions ?? [])].length].join()) continue;
    changed += 1;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return changed;
}

export function keep(form) {
  if (takesPart(form)) store(() => sessionStorage.setItem(nameOf(form), JSON.stringify({ at: Date.now(), values: collect(form) })));
}

export function drop(form) {
  clearTimeout(timers.get(form));
  store(() => sessionStorage.removeItem(nameOf(form)));
}

function restore(form) {
  const kept = store(() => JSON.parse(sessionStorage.getItem(nameOf(form))));
  if (!kept) return;
  if (Date.now() - kept.at > HALF_A_DAY) return drop(form);
  if (JSON.stringify(kept.values) === JSON.stringify(collect(form))) return;
  const put = ({ tell: always = false } = {}) => {
    if (fill(form, kept.values) || always) tell(form);
  };
  const event = new CustomEvent("draft:restore", { bubbles: true, cancelable: true, detail: { values: kept.values, fill: put } });
  if (form.dispatchEvent(event)) put();
}

function tell(form) {
  form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  if (form.querySelector("[data-restored]")) return;
  const note = document.createElement("div");
  note.className = "notice info restored";
  note.setAttribute("role", "status");
  note.dataset.restored = "";
  const said = document.createElement("p");
  said.textContent = words.restored ?? "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = words.discard ?? "";
  button.addEventListener("click", () => {
    drop(form);
    form.dispatchEvent(new CustomEvent("draft:discarded", { bubbles: true }));
    location.reload();
  });
  note.append(said, button);
  form.prepend(note);
}

/** Forms that have just come: those that the server sent back with mistakes hold what was typed already. */
function greet(root) {
  for (const form of root.querySelectorAll?.("form[data-draft]") ?? []) {
    if (takesPart(form) && !form.querySelector(".notice[data-focus]")) restore(form);
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!takesPart(form)) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), 250));
});
document.addEventListener("change", (event) => event.isTrusted && keep(event.target.form));
document.addEventListener("submit", (event) => keep(event.target), { capture: true });
document.addEventListener("form:done", (event) => drop(event.target));

// Back by the browser's memory: the page is as it was left.
window.addEventListener("pageshow", (event) => !event.persisted && greet(document));
