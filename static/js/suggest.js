// A field for a code offers what a search finds for the words in it: the browser's own list, so it works as phones do.
const PAUSE = 200;
const waiting = new WeakMap();
const asking = new WeakMap();
let made = 0;

document.addEventListener("input", (event) => {
  const input = event.target;
  // A choice from the list comes as an input too: it is a code, and needs no search.
  if (!input.dataset?.suggest || event.inputType === "insertReplacementText" || !event.inputType) return;
  clearTimeout(waiting.get(input));
  waiting.set(input, setTimeout(() => offer(input), PAUSE));
});

async function offer(input) {
  asking.get(input)?.abort();
  const words = input.value.trim();
  const list = listOf(input);
  if (words.length < 2) return list.replaceChildren();
  const control = new AbortController();
  asking.set(input, control);
  try {
    const answer = await fetch(`${input.dataset.suggest}?limit=8&pick=1&q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" }, signal: control.signal, redirect: "error" });
    if (!answer.ok) return;
    const { results } = await answer.json();
    list.replaceChildren(...results.map(option));
  } catch {
    // No connection: the code can still be typed.
  }
}

/** A product or a customer as a line of the list. */
function option(hit) {
  const label = [hit.name, hit.grade || hit.city].filter(Boolean).join(" · ");
  return Object.assign(document.createElement("option"), { value: hit.sku ?? hit.code, label });
}

/** The list beside a field, made when it is first needed. */
function listOf(input) {
  if (!input.list) {
    const list = document.createElement("datalist");
    list.id = `suggestions-${++made}`;
    input.after(list);
    input.setAttribute("list", list.id);
  }
  return input.list;
}
