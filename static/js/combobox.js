// A search field with a list of hits: arrows choose, Enter takes, Escape clears. The hits are buttons that work without
// this script.   <div data-combobox><input role=combobox name=find aria-controls=hits data-find=URL data-with="#customer">
//                <div id=hits role=listbox>…</div></div>
// Typing asks URL?find=…&customer=… with the header HX-Target of the list, which the answer fills; an earlier question is
// given up. Before a hit is taken, `combobox:take` is sent to the field ({option, key}); cancelled, it is not pressed.
document.documentElement.dataset.combobox = "";

const DELAY = 120;
const asking = new WeakMap(); // field → {timer, control}
const waiting = new WeakMap(); // field → what was typed when Enter came before the hits

const options = (list) => [...list.querySelectorAll("[role=option]:not([disabled], [aria-disabled=true])")];
const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const isField = (target) => target?.matches?.("[data-combobox] [role=combobox]");
const isOpen = (input) => input.getAttribute("aria-expanded") === "true";

export const activeOption = (input) => listOf(input)?.querySelector("[aria-selected=true]") ?? null;

function choose(input, option) {
  activeOption(input)?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function open(input) {
  const list = listOf(input);
  const any = Boolean(list?.childElementCount);
  input.setAttribute("aria-expanded", String(any));
  // what nobody typed for is offered, not chosen
  choose(input, any && input.value.trim() ? options(list)[0] : null);
}

export function close(input) {
  input.setAttribute("aria-expanded", "false");
  choose(input, null);
}

/** Empty the field and its list. */
export function clear(input) {
  input.value = "";
  forget(input);
  listOf(input)?.replaceChildren();
  close(input);
}

function forget(input) {
  const asked = asking.get(input);
  clearTimeout(asked?.timer);
  asked?.control.abort();
  asking.delete(input);
  waiting.delete(input);
}

/** Take the chosen hit; whether there was one. */
export function take(input, key) {
  const option = isOpen(input) ? activeOption(input) : null;
  if (!option) return false;
  const told = new CustomEvent("combobox:take", { bubbles: true, cancelable: true, detail: { option, key } });
  if (input.dispatchEvent(told)) option.click();
  return true;
}

/** Whether the list belongs to what stands in the field now. */
const answered = (input) => !asking.has(input);

function ask(input, delay = DELAY) {
  const typed = waiting.get(input);
  forget(input);
  if (typed === input.value.trim()) waiting.set(input, typed);
  const control = new AbortController();
  asking.set(input, { control, timer: setTimeout(() => find(input, control), delay) });
}

async function find(input, control) {
  const list = listOf(input);
  const url = new URL(input.dataset.find, location.href);
  url.searchParams.set(input.name, input.value);
  const other = input.dataset.with && document.querySelector(input.dataset.with);
  if (other) url.searchParams.set(other.name, other.value);
  const headers = { "HX-Request": "true", "HX-Target": list.id, "HX-Current-URL": location.href };
  try {
    const answer = await fetch(url, { headers, signal: control.signal });
    const html = await answer.text();
    if (control.signal.aborted) return;
    if (!answer.ok) {
      input.dispatchEvent(new CustomEvent("combobox:refused", { bubbles: true, detail: { answer } }));
    } else {
      list.innerHTML = html;
      input.dispatchEvent(new CustomEvent("combobox:answered", { bubbles: true }));
    }
  } catch {
    if (control.signal.aborted) return;
    input.dispatchEvent(new CustomEvent("combobox:unanswered", { bubbles: true })); // no connection: the old hits stay
  }
  asking.delete(input);
  if (document.activeElement !== input) return;
  open(input);
  const typed = waiting.get(input);
  waiting.delete(input);
  // An Enter that came before the hits takes only what it can't be wrong about.
  const sure = options(list).length === 1 || activeOption(input)?.dataset.exact !== undefined;
  if (typed !== undefined && typed === input.value.trim() && sure) take(input, "Enter");
}

document.addEventListener("input", (event) => {
  if (isField(event.target)) ask(event.target);
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!isField(input) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen(input)) open(input);
    const all = options(listOf(input));
    if (!all.length) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = all.indexOf(activeOption(input));
    choose(input, all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (answered(input)) take(input, "Enter");
    else if (input.value.trim()) waiting.set(input, input.value.trim());
  } else if (event.key === "Escape") {
    const had = input.value || isOpen(input);
    if (had) event.preventDefault();
    clear(input);
    input.dispatchEvent(new CustomEvent("combobox:escape", { bubbles: true, detail: { had } }));
  }
});

document.addEventListener("focusin", (event) => {
  if (isField(event.target)) open(event.target);
});
document.addEventListener("focusout", (event) => {
  if (isField(event.target)) close(event.target);
});
// A tap on a hit leaves the cursor, and the keyboard of a phone, where they are.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.("[data-combobox] [role=option]")) event.preventDefault();
});
