// The component "job" asks the server how far it is (hx-trigger="every …"). A page nobody looks at asks nothing: then
// the bell tells. An ended job is said once, where screen readers hear it.
import { say } from "./words.js";

const hidden = () => document.visibilityState === "hidden";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("[data-job]") && event.detail.requestConfig.verb === "get" && hidden()) event.preventDefault();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const job = event.detail.elt?.matches?.("[data-job]") ? event.detail.elt : null;
  if (job?.dataset.said) say(job.dataset.said, job.dataset.job === "done" ? "success" : "warning");
});

// Whoever comes back sees at once how far it is.
document.addEventListener("visibilitychange", () => {
  if (hidden()) return;
  document.querySelectorAll("[data-job][hx-get]").forEach((job) => job.dispatchEvent(new Event("look")));
});
