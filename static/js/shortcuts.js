// Keyboard shortcuts. A link or button says its own:   data-key="n"   data-key="g o"   data-key-label="…" (else its words)
// Several keys are pressed one after the other. `?` lists those of this page. Never inside fields; can be switched off
// in the person's menu. A key that stands twice belongs to the page before the shell. j, k and x are lists.js's; a script
// that handles keys itself names them for the list in a <template data-key="j" data-key-label="…">.
import { keysOn, switchKeys, typing } from "./keys.js";

const help = document.getElementById("keys");
const WAIT = 1200;
let pressed = [];
let timer = 0;

document.addEventListener("keydown", (event) => {
  if (typing(event) || event.repeat || !keysOn() || document.querySelector("dialog[open]:not(#keys)")) return;
  if (event.key === "?") {
    event.preventDefault();
    show();
    return;
  }
  if (event.key.length !== 1 || help?.open) return;
  clearTimeout(timer);
  pressed.push(event.key.toLowerCase());
  const keys = all();
  let meant = pressed.join(" ");
  if (!keys.some(([key]) => key === meant || key.startsWith(`${meant} `))) {
    pressed = [event.key.toLowerCase()];
    meant = pressed[0];
  }
  const found = keys.filter(([key]) => key === meant).map(([, element]) => element);
  const element = found.find((one) => one.closest("main")) ?? found[0];
  if (element) {
    pressed = [];
    event.preventDefault();
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
  } else if (keys.some(([key]) => key.startsWith(`${meant} `))) {
    timer = setTimeout(() => (pressed = []), WAIT);
  } else {
    pressed = [];
  }
});

/** [keys, element] of everything on this page that can be pressed now. */
function all() {
  return [...document.querySelectorAll("[data-key]:not(template)")]
    .filter((element) => element.dataset.key && !element.disabled && !element.closest("[hidden]"))
    .map((element) => [element.dataset.key, element]);
}

function show() {
  if (!help || help.open) return;
  document.querySelectorAll(":popover-open").forEach((menu) => menu.hidePopover());
  const rows = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    if (!key || element.closest("[hidden]")) continue;
    const inMain = Boolean(element.closest("main")) || element.localName === "template";
    const label = element.dataset.keyLabel || element.getAttribute("aria-label") || wordsOf(element);
    if (label && (inMain || !rows.has(key))) rows.set(key, { label, inMain });
  }
  for (const part of help.querySelectorAll("[data-keys]")) {
    const wanted = part.dataset.keys === "page";
    const own = [...rows].filter(([, row]) => row.inMain === wanted);
    part.hidden = own.length === 0;
    part.querySelector("dl").replaceChildren(...own.flatMap(([key, { label }]) => line(key, label)));
  }
  help.showModal();
}

function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll(".count, kbd, svg, .visually-hidden")) extra.remove();
  return copy.textContent.trim();
}

function line(key, label) {
  const name = document.createElement("dt");
  const said = document.createElement("dd");
  for (const one of key.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = one;
    name.append(cap);
  }
  said.textContent = label;
  return [name, said];
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-keys-help]")) show();
  if (event.target === help || event.target.closest?.("[data-keys-close]")) help?.close();
  const button = event.target.closest?.("[data-keys-switch]");
  if (button) {
    switchKeys(!keysOn());
    draw();
  }
});

function draw() {
  for (const button of document.querySelectorAll("[data-keys-switch]")) button.setAttribute("aria-pressed", String(keysOn()));
  for (const menu of document.querySelectorAll("[data-keys-menu]")) menu.hidden = false;
}
draw();
