// Goods arrive: a scanner that types adds a line wherever the cursor is; hits of the search are taken by combobox.js.
import { clear, close } from "./combobox.js";
import { keep } from "./drafts.js";
import { wedge } from "./scan.js";

const field = () => document.getElementById("receive-find");

/** Have the server add something: `add` what stands in the search field, `add:12` a product. */
function add(what) {
  const form = field().form;
  const values = Object.fromEntries(new FormData(form));
  return window.htmx.ajax("POST", location.pathname, {
    source: document.getElementById("receive-add"), target: "#receipt", select: "#receipt", swap: "outerHTML", values: { ...values, do: what },
  });
}

wedge({
  ready: () => !document.querySelector("dialog[open]"),
  scanned(code) {
    field().value = code;
    add("add");
  },
});

// A hit adds its line; the page stays.
document.addEventListener("click", (event) => {
  const hit = event.target.closest?.("[data-adds]");
  if (!hit) return;
  event.preventDefault();
  close(field());
  add(hit.value);
});

// The cursor stays where the next product comes in; a mouse that changed a number keeps its place.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "receipt") return;
  const input = field();
  keep(input.form); // the lines are what is typed here
  input.form.dispatchEvent(new CustomEvent("form:touched", { bubbles: true }));
  if (!document.getElementById("receive-hits").childElementCount) clear(input);
  input.focus();
});

// Lines that were typed before are made by the server first, then filled.
document.addEventListener("draft:restore", (event) => {
  const { values, fill } = event.detail;
  if (!values.some(([name]) => /^lines-\d+-product$/.test(name))) return;
  event.preventDefault();
  const form = event.target;
  const sent = { ...Object.fromEntries(new FormData(form)), ...Object.fromEntries(values), do: "show" };
  window.htmx.ajax("POST", location.pathname, { source: form, target: "#receipt", select: "#receipt", swap: "outerHTML", values: sent }).then(() => fill({ tell: true }));
});
