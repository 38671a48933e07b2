// A button with data-fill="id" puts its value into that field.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fill]");
  const input = button && document.getElementById(button.dataset.fill);
  if (!input) return;
  input.value = button.value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.form?.dispatchEvent(new CustomEvent("form:touched", { bubbles: true }));
});

// + and − beside a number; the field itself takes typing and the arrow keys as any number field.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-qty] [data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const least = input.min === "" ? -Infinity : Number(input.min);
  const most = input.max === "" ? Infinity : Number(input.max);
  const next = Math.min(most, Math.max(least, (Number(input.value) || 0) + Number(button.dataset.step)));
  if (String(next) === input.value) return;
  input.value = String(next);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
