// The connection: a line while requests run, a sentence when one fails, a bar while there is none.
// Others hear `net:offline`, `net:online` and `net:expired` (the session ended) on document.
import { say, words } from "./words.js";

const line = document.getElementById("netbar");
const bar = document.getElementById("offline");
let running = 0;
let state = "online";

function show(change) {
  running = Math.max(0, running + change);
  line?.classList.toggle("on", running > 0);
}

document.addEventListener("htmx:beforeRequest", () => show(1));
document.addEventListener("htmx:afterRequest", () => show(-1));
document.addEventListener("htmx:sendError", () => {
  becomes("offline");
  say(words.offline, "error");
});
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")) return; // on the way to the login page
  say(event.detail.xhr.status === 403 ? words.forbidden : words.broken, "error");
});

/** online, offline or expired: shown in the top bar, told to whoever keeps something for later. */
export function becomes(next) {
  if (next === state) return;
  const before = state;
  state = next;
  document.documentElement.dataset.net = next;
  if (bar) {
    for (const part of bar.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== next;
    bar.hidden = next === "online";
  }
  document.dispatchEvent(new CustomEvent(`net:${next}`, { detail: { before } }));
  if (next === "online") say(before === "offline" ? words.online : words.back, "success");
}

export const isOnline = () => state === "online";

window.addEventListener("offline", () => becomes("offline"));
if (navigator.onLine === false) becomes("offline");
