// No page needs a reload to be true. One small request every few seconds while somebody looks at the page says what
// changed; only those parts are fetched again. The contract (docs/interface.md, "Live"):
//
//   <div id="figures" data-live-topic="orders.order:12 credit.invoice">       fetched from the page's own address
//   <div id="stock" data-live-topic="inventory.product:5" data-live="/…/">    fetched from there (the part alone)
//   data-live-every="60"                                                      at most once in so many seconds
//
// A part waits while somebody types in it, has something chosen or open there. Focus and scrolling stay. Afterwards
// the part gets an event `live:changed`.
import { becomes, isOnline } from "./network.js";
import { say } from "./words.js";

const page = document.getElementById("app")?.dataset ?? {}; // a page outside the shell asks nothing
const ask = page.liveAsk;
const EVERY = 10_000;
const UNKNOWN_EVERY = 30_000; // the server can't say what changed: look at everything, less often
const SLOWEST = 60_000;

let since = page.liveSince ?? "";
let wait = EVERY;
let timer = 0;
let asking = false;
let askedAt = 0;
let lookedAt = Date.now();
const shown = new Map(); // topic → the change that the page shows
const stale = new Set(); // parts to be fetched again

const parts = () => [...document.querySelectorAll("[data-live-topic]")];
const topicsOf = (part) => part.dataset.liveTopic.split(/\s+/).filter(Boolean);

async function poll() {
  clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = true;
  askedAt = Date.now();
  try {
    const query = new URLSearchParams({ since, seen: page.liveSeen ?? "" });
    if (!isOnline()) query.set("renew", "1");
    for (const topic of new Set(parts().flatMap(topicsOf))) query.append("t", topic);
    const answer = await fetch(`${ask}?${query}`, { headers: { "HX-Request": "true" }, cache: "no-store" });
    if (answer.status === 401) {
      becomes("expired");
    } else if (answer.ok) {
      await hear(answer);
    }
    wait = answer.ok ? EVERY : Math.min(wait * 2, SLOWEST);
  } catch {
    becomes("offline");
    wait = Math.min(wait * 2, SLOWEST);
  } finally {
    asking = false;
    later(wait);
  }
}

function later(ms) {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(poll, ms);
}

async function hear(answer) {
  if (answer.headers.get("Live-Person") !== page.person) {
    location.reload(); // somebody else logged in beside: nothing on this page is theirs
    return;
  }
  if (!isOnline()) {
    refreshTokens(answer.headers.get("Live-Token"));
    becomes("online");
  }
  since = answer.headers.get("Live-Now") ?? since;
  const news = answer.status === 204 ? { topics: {} } : await answer.json();
  if (news.topics === null) {
    if (Date.now() - lookedAt >= UNKNOWN_EVERY) {
      lookedAt = Date.now();
      for (const part of parts()) stale.add(part);
    }
  } else {
    for (const part of parts()) {
      if (topicsOf(part).some((topic) => (news.topics[topic] ?? 0) > (shown.get(topic) ?? 0))) stale.add(part);
    }
    for (const [topic, at] of Object.entries(news.topics)) shown.set(topic, at);
  }
  if (news.waiting) count(news);
  await refresh();
}

/** The numbers of the shell, and what is new as toasts. */
function count(news) {
  for (const [name, number] of Object.entries({ bell: news.unread, ...news.waiting })) {
    for (const place of document.querySelectorAll(`[data-count="${name}"]`)) {
      place.hidden = !number;
      const text = number > 99 ? "99+" : String(number);
      if (place.firstChild && place.firstChild.nodeValue !== text) place.firstChild.nodeValue = text;
    }
  }
  page.liveSeen = String(news.last);
  for (const { id, text, url, tone } of news.news ?? []) say(text, tone, { url, read: String(id) });
  document.dispatchEvent(new CustomEvent("live:numbers", { detail: news }));
}

/** Fetch the stale parts that nobody is busy with: those of one address in one request. */
async function refresh() {
  const byAddress = new Map();
  for (const part of stale) {
    if (!part.isConnected) stale.delete(part);
    else if (!busy(part) && !tooSoon(part)) {
      const address = part.dataset.live || location.href;
      byAddress.set(address, [...(byAddress.get(address) ?? []), part]);
    }
  }
  for (const [address, those] of byAddress) {
    const whole = !those[0].dataset.live;
    const headers = whole ? {} : { "HX-Request": "true", "HX-Target": those[0].id };
    const answer = await fetch(address, { headers, cache: "no-store" });
    for (const part of those) stale.delete(part);
    if (!answer.ok || answer.redirected) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of those) {
      part.dataset.liveAt = String(Date.now());
      const found = whole ? fresh.getElementById(part.id) : fresh.body;
      if (found && !busy(part)) swap(part, found);
    }
  }
}

const tooSoon = (part) => Date.now() - Number(part.dataset.liveAt ?? 0) < 1000 * Number(part.dataset.liveEvery ?? 0);

/** Whether somebody would lose something: a field with the focus or with something typed, a choice, an open menu. */
function busy(part) {
  const active = document.activeElement;
  if (part.contains(active) && active.matches("input, select, textarea, [contenteditable]")) return true;
  if (part.querySelector(":popover-open, dialog[open], [aria-busy=true], .busy, [aria-expanded=true], [data-cursor]")) return true;
  const chosen = getSelection();
  if (chosen && !chosen.isCollapsed && part.contains(chosen.anchorNode)) return true;
  return [...part.querySelectorAll("input, select, textarea")].some(changed);
}

function changed(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) {
    return [...field.options].some((option) => option.selected !== option.defaultSelected) &&
      [...field.options].some((option) => option.defaultSelected);
  }
  return field.type !== "hidden" && field.value !== field.defaultValue;
}

/** Put the new content in, unless it is the same; the focus goes back to the same link or button. */
function swap(part, found) {
  if (plain(part) === plain(found)) return;
  const focus = part.contains(document.activeElement) ? pathTo(document.activeElement, part) : null;
  const scrolled = [...part.querySelectorAll("*")].filter((e) => e.scrollLeft || e.scrollTop)
    .map((e) => [pathTo(e, part), e.scrollLeft, e.scrollTop]);
  part.replaceChildren(...found.childNodes);
  window.htmx?.process(part);
  if (focus) at(part, focus)?.focus({ preventScroll: true });
  for (const [path, left, top] of scrolled) at(part, path)?.scrollTo(left, top);
  part.classList.add("fresh");
  setTimeout(() => part.classList.remove("fresh"), 1600);
  part.dispatchEvent(new CustomEvent("live:changed", { bubbles: true }));
}

/** What a part says, without what differs in each answer. */
function plain(part) {
  const copy = part.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrfmiddlewaretoken], [name=idempotency_key]")) token.remove();
  return copy.innerHTML;
}

/** The way to an element: its id where it has one, else the child at each step. */
function pathTo(element, part) {
  const path = [];
  for (let e = element; e !== part; e = e.parentElement) {
    if (e.id) return [`#${CSS.escape(e.id)}`, ...path];
    path.unshift([...e.parentElement.children].indexOf(e));
  }
  return path;
}

function at(part, path) {
  return path.reduce((e, step) => (typeof step === "string" ? part.querySelector(step) : e?.children[step]), part);
}

/** After a new login the forms of this page are worth something again. */
function refreshTokens(token) {
  if (!token) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

/** Ask now rather than at the next round. */
export function askNow() {
  if (ask && Date.now() - askedAt > 1000) poll();
  else if (ask) later(1000);
}

if (ask) {
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : askNow()));
  window.addEventListener("focus", askNow);
  window.addEventListener("online", askNow);
  window.addEventListener("pageshow", (event) => event.persisted && askNow());
  document.addEventListener("live:ask", askNow);
  document.addEventListener("focusout", () => stale.size && setTimeout(refresh, 50));
  document.addEventListener("toggle", () => stale.size && setTimeout(refresh, 50), true);
  later(EVERY);
}
