// Fields that accept what people type say what was understood, while they pause and when they leave the field. The server
// decides; it is asked.
const PAUSE = 400;
const asking = new WeakMap();
const waiting = new WeakMap();

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.dataset?.understood) return;
  clearTimeout(waiting.get(input));
  waiting.set(input, setTimeout(() => ask(input, { typing: true }), PAUSE));
});

document.addEventListener("change", (event) => {
  if (event.target.dataset?.understood) ask(event.target);
});

async function ask(input, { typing = false } = {}) {
  clearTimeout(waiting.get(input));
  asking.get(input)?.abort();
  const note = noteOf(input);
  if (!input.value.trim()) {
    note.textContent = "";
    delete input.dataset.value;
    return;
  }
  const control = new AbortController();
  asking.set(input, control);
  try {
    const answer = await fetch(`${input.dataset.understood}?text=${encodeURIComponent(input.value)}`, { signal: control.signal, redirect: "error" });
    const wrong = answer.headers.has("X-Wrong");
    if (wrong && typing) return; // half a word is no mistake yet
    note.textContent = answer.ok ? (await answer.text()).slice(0, 160) : "";
    note.classList.toggle("wrong", wrong);
    input.dataset.value = answer.headers.get("X-Value") ?? "";
  } catch {
    if (!control.signal.aborted) note.textContent = ""; // no connection: the form itself will say
  }
}

function noteOf(input) {
  const field = input.closest(".field") ?? input.closest(".affix")?.parentElement ?? input.parentElement;
  let note = field.querySelector(":scope > .understood");
  if (!note) {
    note = document.createElement("p");
    note.className = "understood";
    note.setAttribute("role", "status");
    field.append(note);
  }
  return note;
}
