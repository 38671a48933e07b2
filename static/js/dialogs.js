// A link with data-dialog puts its answer into the page's one <dialog>; without this script it is an ordinary link.
import { mayGo } from "./forms.js";

const dialog = document.getElementById("dialog");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog-body" || !dialog) return;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[data-focus], [autofocus], [aria-invalid=true]") ??
    dialog.querySelector("form input:not([type=hidden]), form select, form textarea, form button"))?.focus();
});

document.addEventListener("click", (event) => {
  if ((event.target.closest?.("[data-close]") || event.target === dialog) && mayGo(dialog)) dialog?.close();
});

dialog?.addEventListener("cancel", (event) => {
  if (!mayGo(dialog)) event.preventDefault();
});

dialog?.addEventListener("close", () => document.getElementById("dialog-body").replaceChildren());
