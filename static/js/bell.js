// The bell: its panel is fetched when it opens; following a notification marks it as read.
import { askNow } from "./live.js";

const panel = document.getElementById("bell");

panel?.addEventListener("toggle", (event) => {
  if (event.newState === "open") panel.dispatchEvent(new CustomEvent("bell:open"));
});

document.addEventListener("live:numbers", () => {
  if (panel?.matches(":popover-open")) panel.dispatchEvent(new CustomEvent("bell:open"));
});

// keepalive: the page may be left by the same click
document.addEventListener("click", async (event) => {
  const about = event.target.closest?.("[data-read]");
  if (!about || !panel) return;
  const body = new URLSearchParams(about.dataset.read === "all" ? {} : { pk: about.dataset.read });
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  await fetch(panel.dataset.readUrl, {
    method: "POST", body, keepalive: true, headers: { "X-CSRFToken": token, "HX-Request": "true" },
  }).catch(() => {});
  if (about.dataset.read === "all") askNow();
});
