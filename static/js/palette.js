// The command palette: Ctrl-K, /, or the search in the top bar. The server finds (core/palette.py), this moves about.
// Arrow keys choose, Enter opens, Ctrl-Enter opens a tab, Tab goes to what can be done with the chosen one.
// What a person looked at last is kept in this browser, by person, until that person logs out.
import { keysOn, typing } from "./keys.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = document.getElementById("palette-hits");
const options = document.getElementById("palette-options");
const said = document.getElementById("palette-said");
const person = document.getElementById("app")?.dataset.person;
const KEPT = `recent:${person}`;
const MOST = 8;
let chosen = null;

export function open() {
  if (!dialog || dialog.open) return;
  document.querySelectorAll(":popover-open").forEach((menu) => menu.hidePopover());
  dialog.showModal();
  input.select();
  input.dispatchEvent(new CustomEvent("palette:ask"));
}

if (dialog) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-palette]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
    if (event.target === dialog || event.target.closest?.("[data-palette-close]")) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    const asked = control && event.key.toLowerCase() === "k";
    const own = event.key === "/" && document.querySelector('main [data-key="/"]'); // the page has a search of its own
    const slash = event.key === "/" && !own && !control && keysOn() && !typing(event);
    if (!asked && !slash) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  input.addEventListener("keydown", (event) => {
    const hits = all();
    const here = hits.indexOf(chosen);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + 5, PageUp: here - 5 }[event.key];
    if (to !== undefined && hits.length) {
      event.preventDefault();
      const one = Math.abs(to - here) === 1;
      choose(hits[one ? (to + hits.length) % hits.length : Math.max(0, Math.min(hits.length - 1, to))]);
    } else if (event.key === "Escape") {
      event.preventDefault(); // a search field would only be emptied
      dialog.close();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (waiting) asap = event.ctrlKey || event.metaKey ? "tab" : "here";
      else go(chosen, event.ctrlKey || event.metaKey);
    }
  });
  options.addEventListener("keydown", (event) => {
    const links = [...options.querySelectorAll("a")];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) links[links.indexOf(document.activeElement) + step]?.focus();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") input.focus();
  });
  list.addEventListener("click", (event) => remember(event.target.closest("a.hit")));
  list.addEventListener("pointermove", (event) => {
    const hit = event.target.closest("a.hit");
    if (hit && hit !== chosen) choose(hit, { scroll: false });
  });
  dialog.addEventListener("close", () => {
    asap = "";
    choose(null);
  });
}

// Enter before the answer is here opens the first of the answer that comes.
let waiting = false;
let asap = "";
let asked = "";
input?.addEventListener("input", () => (waiting = true));
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== list) return;
  asked = new URL(event.detail.pathInfo.responsePath ?? event.detail.pathInfo.requestPath, location).searchParams.get("q") ?? "";
  waiting = asked !== input.value;
  if (!input.value.trim()) showRecent();
  const hits = all();
  input.setAttribute("aria-expanded", String(hits.length > 0));
  said.textContent = !hits.length ? said.dataset.none : hits.length === 1 ? said.dataset.one : said.dataset.many.replace("#", hits.length);
  list.scrollTop = 0;
  choose(hits[0] ?? null);
  if (asap && !waiting) {
    go(chosen, asap === "tab");
    asap = "";
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt === input && !event.detail.successful && !event.detail.xhr?.aborted) waiting = false;
});

const all = () => [...list.querySelectorAll("a.hit")];

function choose(hit, { scroll = true } = {}) {
  chosen?.setAttribute("aria-selected", "false");
  chosen = hit;
  options.replaceChildren();
  if (!hit) {
    input.removeAttribute("aria-activedescendant");
    return;
  }
  hit.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", hit.id);
  if (scroll) hit.scrollIntoView({ block: "nearest" });
  for (const [label, url] of JSON.parse(hit.dataset.options ?? "[]")) {
    const link = document.createElement("a");
    link.className = "btn small";
    link.href = url;
    link.textContent = label;
    options.append(link);
  }
}

function go(hit, tab) {
  if (!hit) return;
  remember(hit);
  if (tab) window.open(hit.href, "_blank", "noopener");
  else {
    dialog.close();
    location.assign(hit.href);
  }
}

// --- what was looked at last -----------------------------------------------------------------------------------------
function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((r) => typeof r.u === "string" && r.u.startsWith("/")) : [];
  } catch {
    return [];
  }
}

function keep(title, sub, url) {
  const rest = recent().filter((r) => r.u !== url);
  try {
    localStorage.setItem(KEPT, JSON.stringify([{ t: title, s: sub, u: url }, ...rest].slice(0, MOST)));
  } catch { /* a browser that keeps nothing */ }
}

function remember(hit) {
  if (!hit || hit.dataset.kind === "do" || !hit.dataset.kind) return;
  keep(hit.querySelector(".name").textContent, hit.querySelector(".sub")?.textContent ?? "", hit.getAttribute("href"));
}

function showRecent() {
  const rows = recent().filter((r) => r.u !== location.pathname).slice(0, 6);
  if (!rows.length) return;
  const group = document.getElementById("palette-recent").content.cloneNode(true).firstElementChild;
  rows.forEach((row, number) => {
    const hit = document.getElementById("palette-recent-hit").content.cloneNode(true).firstElementChild;
    hit.id = `hit-recent-${number}`;
    hit.href = row.u;
    hit.querySelector(".name").textContent = row.t;
    hit.querySelector(".sub").textContent = row.s;
    group.append(hit);
  });
  list.prepend(group);
}

const record = document.querySelector("main[data-record]");
if (record && person) keep(record.dataset.record, record.dataset.recordKind, location.pathname);
document.addEventListener("submit", (event) => {
  if (event.target.matches?.("[data-leaving]")) localStorage.removeItem(KEPT);
});
