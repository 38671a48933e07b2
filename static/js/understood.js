// Fields that accept what people type say what was understood when they leave the field. The server decides; it is asked.
const asking = new WeakMap();

document.addEventListener("change", async (event) => {
  const input = event.target;
  const url = input.dataset?.understood;
  if (!url) return;
  asking.get(input)?.abort();
  const control = new AbortController();
  asking.set(input, control);
  const note = noteOf(input);
  if (!input.value.trim()) {
    note.textContent = "";
    return;
  }
  try {
    const answer = await fetch(`${url}?text=${encodeURIComponent(input.value)}`, { signal: control.signal });
    note.textContent = answer.ok ? (await answer.text()).slice(0, 120) : "";
  } catch {
    note.textContent = ""; // no connection: the form itself will say
  }
});

function noteOf(input) {
  const field = input.closest(".field") ?? input.parentElement;
  let note = field.querySelector(".understood");
  if (!note) {
    note = document.createElement("p");
    note.className = "understood";
    note.setAttribute("role", "status");
    field.append(note);
  }
  return note;
}
