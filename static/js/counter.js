// The order counter. The page works by posting its form; this sends the same form in the background after each change
// and puts the answer's parts in their places (parts.js), so no field that somebody types into is ever replaced.
//
// Quantities and removals happen here at once; products picked, swapped or scanned are kept in `queue` until an answer
// has them, so an answer given up, or a connection that dies, loses none. Everything is kept on the device (kept.js)
// until it is stored.
import { clear, close, take } from "./combobox.js";
import { Kept } from "./kept.js";
import { place } from "./parts.js";
import { canSee, look, wedge } from "./scan.js";
import { say } from "./words.js";

const form = document.getElementById("counter");
const words = form.dataset;
const path = form.getAttribute("action");
const key = form.elements.idempotency_key;
const kept = new Kept(`${words.person}:${path}`, key.value);
const finger = matchMedia("(pointer: coarse)");
const TIMEOUT = 20_000;
const PAUSE = 250; // between the last key and the question
const AGAIN = 8_000; // until a lost connection is tried again

const queue = []; // {name: "add" | "swap" | "scan", value, label}
let timer = 0;
let retry = 0;
let control = null; // of the question that is out
let storing = false;
let stored = false;
let lastLine = ""; // the line last added or typed into
let afterAnswer = null;

const byId = (id) => document.getElementById(id);
const search = () => byId("find");
const lines = () => [...form.querySelectorAll("[data-line]")];
const lineOf = (product) => byId(`line-${product}`);
const quantityOf = (product) => byId(`quantity-${product}`);
const hasCustomer = () => Boolean(byId("customer"));
const verbOf = (button) => (button?.value ?? "").split(":");

// --- asking ------------------------------------------------------------------------------------------------------
/** Ask for prices, stock and credit of what stands here, once the typing pauses. */
function ask(delay = PAUSE) {
  keep();
  clearTimeout(timer);
  timer = hasCustomer() && !storing ? setTimeout(change, delay) : 0;
}

async function change() {
  timer = 0;
  settleQueue();
  const sent = [...queue];
  const answer = await post("counter", "update", sent);
  if (!answer) return;
  for (const one of sent) queue.splice(queue.indexOf(one), 1);
  if (answer.redirected) return;
  placed(place(answer.html));
  keep();
}

/** Send the form; gives {html, status}, or null when no answer came (it was given up, or the connection is away). */
async function post(target, verb, extra = [], base = new FormData(form)) {
  control?.abort();
  const mine = (control = new AbortController());
  const late = setTimeout(() => mine.abort("late"), TIMEOUT);
  base.set("do", verb);
  for (const { name, value } of extra) base.append(name, value);
  const headers = { "HX-Request": "true", "HX-Target": target, "HX-Current-URL": location.href };
  byId("netbar")?.classList.add("on");
  try {
    const answer = await fetch(path, { method: "POST", body: base, headers, signal: mine.signal });
    const html = await answer.text();
    if (answer.status > 501) throw new TypeError("away");
    online();
    return answered(answer, html);
  } catch (error) {
    if (mine.signal.aborted && mine.signal.reason !== "late") return null;
    offline();
    return null;
  } finally {
    clearTimeout(late);
    if (control === mine) {
      control = null;
      byId("netbar")?.classList.remove("on");
    }
  }
}

function answered(answer, html) {
  const to = answer.headers.get("HX-Redirect");
  if (answer.status === 401 || answer.status === 403) {
    // logged out, or logged in again elsewhere: back here with everything afterwards
    keep();
    kept.resumeNext();
    if (to) location.href = to;
    else if (once()) location.reload();
    else say(byId("words")?.dataset.forbidden, "error");
    return null;
  }
  if (to) {
    stored = true;
    kept.clear();
    location.href = to;
    return { redirected: true, html: "" };
  }
  if (!answer.ok && answer.status !== 422) {
    say(byId("words")?.dataset.broken, "error");
    return null;
  }
  return { html, status: answer.status };
}

/** A page that is loaded again for a new token is not loaded for ever. */
function once() {
  const last = Number(history.state?.reloaded ?? 0);
  history.replaceState({ reloaded: Date.now() }, "");
  return Date.now() - last > 15_000;
}

function online() {
  clearTimeout(retry);
  byId("counter-offline").hidden = true;
  form.classList.remove("stale");
}

function offline() {
  keep();
  byId("counter-offline").hidden = false;
  form.classList.add("stale");
  const waits = queue.filter((one) => one.name !== "swap").map((one) => one.label).join(", ");
  if (waits) tell(`${words.waits} ${waits}`);
  clearTimeout(retry);
  retry = setTimeout(() => ask(0), AGAIN);
}

/** What was picked but has a line by now is more pieces of that line. */
function settleQueue() {
  for (const one of queue.filter(({ name }) => name === "add")) {
    const [product, pieces] = one.value.split(":");
    if (!lineOf(product)) continue;
    queue.splice(queue.indexOf(one), 1);
    setQuantity(product, pieces, { more: true });
  }
}

function placed(fresh) {
  for (const line of fresh) {
    lastLine = line.dataset.line;
    line.classList.add("fresh");
    line.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }
  for (const field of form.querySelectorAll("[data-line] [aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const wrong of form.querySelectorAll("[data-wrong]")) {
    const product = wrong.closest("[data-line]").dataset.line;
    byId(`${wrong.dataset.wrong}-${product}`)?.setAttribute("aria-invalid", "true");
  }
  const then = afterAnswer;
  afterAnswer = null;
  then?.(fresh);
}

// --- lines -------------------------------------------------------------------------------------------------------
function add(product, pieces, label) {
  lastLine = product;
  if (lineOf(product)) {
    setQuantity(product, pieces, { more: true });
    tell(`+${pieces} · ${label}`);
  } else {
    queue.push({ name: "add", value: `${product}:${pieces}`, label });
  }
  ask(0);
}

function scan(code) {
  queue.push({ name: "scan", value: code, label: code });
  ask(0);
}

function setQuantity(product, pieces, { more = false } = {}) {
  const input = quantityOf(product);
  input.value = String((more ? Number(input.value) || 0 : 0) + Number(pieces));
  flash(lineOf(product));
}

function remove(product) {
  const line = lineOf(product);
  const next = line.nextElementSibling ?? line.previousElementSibling;
  const after = line.nextElementSibling;
  const name = line.querySelector(".name").textContent;
  line.remove();
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "btn small";
  undo.textContent = words.undo;
  undo.onclick = () => {
    if (!lineOf(product)) (after?.isConnected ? after.before(line) : byId("lines").append(line));
    tell("");
    focusOn(quantityOf(product));
    ask(0);
  };
  tell(`${words.removed} ${name} `, undo);
  lastLine = next?.dataset.line ?? "";
  if (!finger.matches) focusOn(next ? quantityOf(next.dataset.line) : search());
  ask(0);
}

function swap(product, other, label) {
  const pieces = quantityOf(product).value;
  if (lineOf(other)) {
    remove(product);
    setQuantity(other, pieces, { more: true });
  } else if (!queue.some((one) => one.name === "swap" && one.value.startsWith(`${product}:`))) {
    queue.push({ name: "swap", value: `${product}:${other}`, label });
    afterAnswer = () => finger.matches || focusOn(quantityOf(other));
  }
  ask(0);
}

function tell(text, ...more) {
  byId("counter-said")?.replaceChildren(text, ...more);
}

function flash(line) {
  line.classList.remove("fresh");
  void line.offsetWidth; // the animation starts again
  line.classList.add("fresh");
}

function focusOn(input) {
  input?.focus();
  input?.select?.();
}

// --- storing -----------------------------------------------------------------------------------------------------
/** Save or confirm. What was changed a moment ago is priced first; a verdict that turned is shown, not acted on. */
async function store(button) {
  if (storing) return;
  const [verb] = verbOf(button);
  const verdict = () => form.elements.seen_verdict?.value;
  const seen = verdict();
  storing = true;
  button.classList.add("busy");
  try {
    if (timer || control || queue.length) {
      clearTimeout(timer);
      await change();
      if (queue.length || !byId("counter-offline").hidden) return say(words.unsent, "error");
      if (verb === "confirm" && seen === "approved" && verdict() !== seen) return refused();
    }
    const answer = await post("counter", verb);
    if (!answer) {
      if (!byId("counter-offline").hidden) say(words.unsent, "error");
    } else if (!answer.redirected) {
      placed(place(answer.html));
      refused();
    }
  } finally {
    storing = false;
    if (!stored) button.classList.remove("busy");
  }
}

function refused() {
  const at = form.querySelector("[aria-invalid=true]") ?? byId("refused");
  at?.scrollIntoView({ block: "center", behavior: "smooth" });
  at?.focus({ preventScroll: true });
}

/** Everything between the page's head and foot anew: another customer, or an order that is taken up again. */
async function whole(verb, base) {
  const answer = await post("counter-body", verb, [], base);
  if (!answer || answer.redirected) return false;
  const fresh = document.createElement("template");
  fresh.innerHTML = answer.html;
  const body = fresh.content.getElementById("counter-body");
  byId("counter-body").replaceWith(body);
  window.htmx?.process(body);
  words.customer = body.querySelector(".chosen .strong")?.textContent ?? "";
  camera();
  focusOn(search() ?? byId("customer-find"));
  keep();
  if (queue.length) ask(0);
  return true;
}

// --- what is kept on the device -----------------------------------------------------------------------------------
function keep() {
  if (stored) return;
  const typed = [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "seen_total", "seen_verdict"].includes(name));
  if (lines().length || queue.length) kept.save({ typed, queue, name: words.customer, lines: lines().length + queue.length });
  else kept.clear();
}

async function takeUp(draft) {
  const base = new FormData();
  for (const [name, value] of draft.typed) base.append(name, value);
  base.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  kept.hold(draft.id);
  key.value = draft.id;
  if (form.elements.version) form.elements.version.value = base.get("version") ?? form.elements.version.value;
  queue.push(...(draft.queue ?? []));
  if (await whole("update", base)) tell(words.restored);
}

function ago(at) {
  const minutes = Math.round((Date.now() - at) / 60_000);
  const said = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });
  if (minutes < 60) return said.format(-minutes, "minute");
  return minutes < 1440 ? said.format(-Math.round(minutes / 60), "hour") : said.format(-Math.round(minutes / 1440), "day");
}

async function offer() {
  const mine = kept.resumed();
  if (mine) return takeUp(mine);
  const draft = await kept.newest();
  const box = byId("draft-offer");
  if (!draft || draft.id === kept.id) return;
  box.querySelector("[data-draft=name]").textContent = draft.name;
  box.querySelector("[data-draft=lines]").textContent = draft.lines;
  box.querySelector("[data-draft=ago]").textContent = ago(draft.at);
  box.hidden = false;
  box.onclick = (event) => {
    const choice = event.target.closest("button")?.dataset.draft;
    if (!choice) return;
    box.hidden = true;
    if (choice === "discard") kept.clear(draft.id);
    else takeUp(draft);
  };
}

// --- what people do ----------------------------------------------------------------------------------------------
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  const [verb, first, second] = verbOf(button);
  if (!["add", "remove", "set", "swap", "pick"].includes(verb)) return;
  event.preventDefault();
  if (verb === "add") {
    add(first, Number(second ?? 1), button.querySelector(".strong").textContent.trim());
    clear(search());
  } else if (verb === "remove") {
    remove(first);
  } else if (verb === "set") {
    setQuantity(first, second);
    if (!finger.matches) focusOn(quantityOf(first));
    ask(0);
  } else if (verb === "swap") {
    swap(first, second, button.title);
  } else {
    keep();
    whole(button.value);
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [verb] = verbOf(event.submitter);
  if (verb === "save" || verb === "confirm") store(event.submitter);
  else ask(0);
});

form.addEventListener("input", (event) => {
  const { name, value } = event.target;
  if (name === "find" || name === "customer_find") return;
  const line = event.target.closest("[data-line]");
  if (line) lastLine = line.dataset.line;
  if (name === "quantity" && !value.trim()) keep(); // emptied to type another number
  else if (line) ask();
  else keep();
});

form.addEventListener("combobox:take", (event) => {
  if (event.detail.key === "Tab") afterAnswer = () => focusOn(quantityOf(lastLine));
});
form.addEventListener("combobox:refused", (event) => answered(event.detail.answer, ""));
form.addEventListener("combobox:unanswered", offline);
form.addEventListener("combobox:answered", () => byId("counter-offline").hidden || ask(0));
form.addEventListener("combobox:escape", (event) => {
  const change = event.target.closest("details");
  if (!change || event.detail.had) return;
  change.open = false;
  focusOn(search());
});
form.addEventListener("toggle", (event) => {
  if (event.target.id === "customer-change" && event.target.open) focusOn(byId("customer-find"));
}, { capture: true });

form.addEventListener("keydown", (event) => {
  const { key: pressed, target } = event;
  const line = target.closest("[data-line]");
  if (pressed === "Tab" && !event.shiftKey && target.id === "find") {
    if (take(target, "Tab")) event.preventDefault();
    else if (!target.value && quantityOf(lastLine)) {
      event.preventDefault();
      focusOn(quantityOf(lastLine));
    }
  } else if (line && pressed === "Delete" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    remove(line.dataset.line);
  } else if (pressed === "Enter" && target.matches("input") && !event.ctrlKey && !event.metaKey && target.role !== "combobox") {
    event.preventDefault();
    if (line) focusOn(search());
  } else if (pressed === "Escape" && line) {
    focusOn(search());
  }
});

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "F2") {
    event.preventDefault();
    focusOn(search() ?? byId("customer-find"));
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const button = byId("confirm");
    if (!button || !lines().length) return;
    event.preventDefault();
    if (document.activeElement?.role === "combobox") close(document.activeElement);
    store(button);
  }
});

// What is done in the dialog (a payment, a limit asked for) leads back here, not to its own page.
let paying = null;
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[hx-get]")) paying = event.target.closest("[data-stay]");
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, elt } = event.detail;
  if (!paying || !elt.closest?.("#dialog-body") || xhr.status >= 400 || !xhr.getResponseHeader("HX-Redirect")) return;
  event.preventDefault();
  const said = paying.dataset.stay || words.paid;
  paying = null;
  byId("dialog").close();
  say(said, "success");
  ask(0);
});

window.addEventListener("online", () => ask(0));
window.addEventListener("offline", offline);
window.addEventListener("pagehide", keep);
window.addEventListener("pageshow", (event) => {
  if (event.persisted && stored) location.reload(); // Back after it was stored: a new order, not the old one again
});
byId("counter-offline").querySelector("[data-try]").onclick = () => ask(0);

wedge({
  ready: () => hasCustomer() && !document.querySelector("dialog[open]") && document.activeElement?.id !== "customer-find",
  scanned: (code) => scan(code),
});

function camera() {
  const button = form.querySelector("[data-camera]");
  if (!button || !canSee()) return;
  button.hidden = false;
  button.onclick = () => look(byId("camera"), (code) => scan(code));
}

camera();
offer();
