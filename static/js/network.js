// Requests that htmx makes: a line while they run, a sentence when they fail.
import { say, words } from "./words.js";

const bar = document.getElementById("netbar");
let running = 0;

function show(change) {
  running = Math.max(0, running + change);
  bar?.classList.toggle("on", running > 0);
}

document.addEventListener("htmx:beforeRequest", () => show(1));
document.addEventListener("htmx:afterRequest", () => show(-1));
document.addEventListener("htmx:sendError", () => say(words.offline, "error"));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")) return; // on the way to the login page
  say(event.detail.xhr.status === 403 ? words.forbidden : words.broken, "error");
});
