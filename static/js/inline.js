// Fields changed where they stand. htmx fetches and saves (core/screens/inline.py); this file is for the keyboard:
// Enter on a field opens it (its pencil is a link), Escape leaves it, and the focus goes where the hands are.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const form = event.target.closest?.("form[data-inline]");
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  form.querySelector("[data-cancel]")?.click();
});

document.addEventListener("dblclick", (event) => {
  const value = event.target.closest?.(".details .value");
  if (value && !event.target.closest("a")) value.parentElement.querySelector("[data-edit]")?.click();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const id = event.detail.target?.id ?? "";
  if (!id.startsWith("field-")) return;
  const now = document.getElementById(id); // swapped as a whole: the target itself is gone
  if (!now) return;
  const control = now.querySelector("form[data-inline] :is(input:not([type=hidden]), select, textarea)");
  (control ?? now.querySelector("[data-edit]"))?.focus({ preventScroll: true });
  if (control?.select && control.type !== "date") control.select();
});

// A message with a way back goes when it was taken, or after a while.
document.addEventListener("submit", (event) => {
  if (event.target.matches?.("[data-undo]")) event.target.closest(".message")?.classList.add("going");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("[data-undo]") && event.detail.successful) event.target.closest(".message")?.remove();
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "toasts") return;
  const said = event.detail.target.lastElementChild;
  setTimeout(() => said?.matches(":hover, :focus-within") || said?.remove(), 12000);
});
