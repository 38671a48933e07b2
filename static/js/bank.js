// A bank statement: Enter confirms the suggestion of the line the keyboard is on, o opens it; j and k are lists.js's.
// Whoever confirmed a line goes on with the next.
import { keysOn, typing } from "./keys.js";

const rowOf = (element) => element?.closest?.(".bankrow");
let next = "";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || typing(event) || document.querySelector("dialog[open], :popover-open")) return;
  const row = rowOf(document.activeElement);
  if (!row) return;
  const inRow = document.activeElement === row || document.activeElement.matches("a.name");
  if (event.key === "Enter" && inRow) {
    const button = row.querySelector("[data-confirm]");
    if (!button) return;
    event.preventDefault();
    button.click();
  } else if (event.key === "o" && keysOn()) {
    event.preventDefault();
    row.querySelector("a.name")?.click();
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const row = rowOf(event.target);
  next = row?.nextElementSibling?.id ?? "";
});

document.addEventListener("htmx:afterSwap", (event) => {
  const row = rowOf(event.detail?.target) ?? rowOf(event.target);
  if (!row && !next) return;
  const following = next && document.getElementById(next);
  next = "";
  (following || row)?.focus?.({ preventScroll: !following });
});
