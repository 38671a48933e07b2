// Lists: keys move through the rows, ticks are counted, columns are put in order, empty filters stay out of the address.
// What the page promises (data-row, data-edit, data-tick-all, data-column…) is written on top of templates/core/list.html.
import { keysOn, typing } from "./keys.js";

const list = document.getElementById("list");
let cursor = -1;
let lastTicked = null;
let resume = -1; // the row at whose place the cursor stays when a key has done something with it

const rows = () => [...document.querySelectorAll("#list [data-row]")];
const tickOf = (row) => row?.querySelector("[name=row][type=checkbox]");

// --- keys ---
function move(step) {
  const all = rows();
  if (!all.length) return;
  cursor = Math.min(all.length - 1, Math.max(0, cursor + step));
  all.forEach((row, place) => row.toggleAttribute("data-cursor", place === cursor));
  const row = all[cursor];
  row.tabIndex = -1;
  (row.querySelector("a.name") ?? row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function tick(row, upTo) {
  const box = tickOf(row);
  if (!box) return false;
  const all = rows();
  if (upTo && lastTicked && all.includes(lastTicked)) {
    const [from, to] = [all.indexOf(lastTicked), all.indexOf(row)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((each) => (tickOf(each).checked = true));
  } else {
    box.checked = !box.checked;
  }
  lastTicked = row;
  count();
  return true;
}

const KEYS = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  x: (row) => row && tick(row),
  X: (row) => row && tick(row, true),
  e: (row) => row?.dataset.edit && location.assign(row.dataset.edit),
  b: () => document.querySelector(".bulkbar button")?.focus(),
  Enter: (row, event) => event.target === row && row.querySelector("a.name")?.click(),
};

// [data-row-key="a"] in a row is pressed by a while the cursor is on that row; the cursor then goes on.
function rowVerb(event) {
  if (event.key.length !== 1) return null;
  const row = document.activeElement?.closest?.("[data-row]") ?? rows()[cursor];
  return row?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`) ?? null;
}

function press(control) {
  resume = rows().indexOf(control.closest("[data-row]"));
  control.click();
}

document.addEventListener("keydown", (event) => {
  const pressed = list && rowVerb(event);
  const act = pressed ? () => press(pressed) : KEYS[event.key];
  if (!list || !act || event.defaultPrevented || typing(event)) return;
  if (document.querySelector("dialog[open], :popover-open") || (event.key.length === 1 && !keysOn())) return;
  // arrows scroll the page until the keyboard is in the list
  if (event.key.startsWith("Arrow") && !list.contains(document.activeElement)) return;
  const here = document.activeElement?.closest?.("[data-row]");
  if (here) cursor = rows().indexOf(here);
  if (act(here ?? rows()[cursor], event) !== false && event.key !== "Enter") event.preventDefault();
});

// --- ticks ---
function count() {
  const boxes = [...document.querySelectorAll("#list [name=row][type=checkbox]")];
  const ticked = boxes.filter((box) => box.checked).length;
  const whole = document.querySelector("#bulk [name=whole]");
  for (const all of document.querySelectorAll("#list [data-tick-all]")) {
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
  const said = document.querySelector("[data-ticked]");
  if (said) said.textContent = whole?.checked ? whole.parentElement.textContent.trim().replace(/\D*$/, "") : ticked.toLocaleString();
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!list?.contains(box)) return;
  if (box.matches("[data-tick-all]")) {
    document.querySelectorAll("#list [name=row][type=checkbox]").forEach((each) => (each.checked = box.checked));
    const whole = document.querySelector("#bulk [name=whole]");
    if (whole && !box.checked) whole.checked = false;
  }
  if (box.matches("[name=row][type=checkbox]")) lastTicked = box.closest("[data-row]");
  count();
});

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("#list [name=row][type=checkbox]");
  if (!box || !event.shiftKey || !lastTicked) return;
  const all = rows();
  const [from, to] = [all.indexOf(lastTicked), all.indexOf(box.closest("[data-row]"))].sort((a, b) => a - b);
  if (from < 0) return;
  all.slice(from, to + 1).forEach((each) => (tickOf(each).checked = box.checked));
});

document.addEventListener("reset", (event) => {
  if (!event.target.matches?.("[data-bulk]")) return;
  const picking = document.getElementById("picking");
  if (picking) picking.checked = false;
  setTimeout(count, 0);
});

// --- the table was swapped ---
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "list") return;
  if (!event.detail.requestConfig?.elt?.matches?.("[data-filters]")) asked = "";
  cursor = -1;
  lastTicked = null;
  const dialog = document.getElementById("dialog");
  if (dialog?.open) dialog.close();
  document.querySelector("#list [data-focus]")?.focus();
  if (resume >= 0 && rows().length) {
    cursor = resume - 1;
    move(1);
  }
  resume = -1;
  count();
});

document.addEventListener("live:changed", (event) => event.target === list && count());

// An address says what is asked, not what is not; and the same is not asked twice, or leaving the search field would
// take away what was ticked meanwhile.
let asked = "";
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches?.("[data-filters]")) return;
  const form = event.detail.formData;
  const kept = form.has("view");
  for (const name of [...new Set(form.keys())]) {
    const said = form.getAll(name).filter((value) => value !== "");
    if (said.length === form.getAll(name).length || (kept && name === "q")) continue;
    form.delete(name);
    said.forEach((value) => form.append(name, value));
  }
  const now = new URLSearchParams([...form]).toString();
  if (now === asked) event.preventDefault();
  asked = now;
});

// --- columns: by buttons or by dragging; the form is sent after each change ---
const chooser = document.querySelector("[data-columns]");
const send = () => chooser.requestSubmit();

// Here the rows are moved on the page, so what the buttons would tell the server must not be sent as well.
for (const button of chooser?.querySelectorAll("[name=move]") ?? []) {
  button.dataset.move = button.value;
  button.type = "button";
  button.removeAttribute("name");
}

chooser?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault();
  const item = button.closest("[data-column]");
  if (button.dataset.move.startsWith("up:")) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  button.focus();
  send();
});

for (const item of chooser?.querySelectorAll("[data-column]") ?? []) item.draggable = true;
chooser?.addEventListener("dragstart", (event) => event.target.closest("[data-column]")?.setAttribute("data-dragged", ""));
chooser?.addEventListener("dragover", (event) => {
  const dragged = chooser.querySelector("[data-dragged]");
  const over = event.target.closest("[data-column]");
  if (!dragged || !over) return;
  event.preventDefault();
  if (over === dragged) return;
  const { top, height } = over.getBoundingClientRect();
  over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});
chooser?.addEventListener("dragend", () => {
  chooser.querySelector("[data-dragged]")?.removeAttribute("data-dragged");
  send();
});

// --- density changes at once and is remembered by its form's own POST ---
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.("[data-density-form]") || !event.submitter) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const density = event.submitter.value;
  if (density) document.documentElement.dataset.density = density;
  else delete document.documentElement.dataset.density;
  for (const button of document.querySelectorAll("[data-density-form] [name=density]")) {
    button.setAttribute("aria-pressed", String(button.value === density));
  }
  const body = new FormData(form);
  body.set("density", density);
  fetch(form.action, { method: "POST", body, redirect: "manual" });
}, { capture: true });

count();
