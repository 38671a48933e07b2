// The few sentences that scripts say, translated by the page (<template id="words" data-…>), and how they are said.
export const words = document.getElementById("words")?.dataset ?? {};

const LEVELS = { good: "success", warn: "warning", bad: "error" };

/**
 * Say something at the edge of the page; screen readers hear it too.
 * level: info, success, warning, error, or a tone (good, warn, bad). url: where it leads. An error stays until closed.
 */
export function say(text, level = "info", { url = "", read = "" } = {}) {
  const box = document.getElementById("toasts");
  if (!box || !text) return null;
  level = LEVELS[level] ?? (level || "info");
  const message = document.createElement("div");
  message.className = `message ${level}`;
  const icon = document.querySelector(`template[data-icon="${level}"]`);
  if (icon) message.append(icon.content.cloneNode(true));
  const inside = document.createElement(url ? "a" : "div");
  inside.className = "text";
  inside.textContent = text;
  if (url) inside.href = url;
  if (read) inside.dataset.read = read;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn quiet square close";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", words.close ?? "");
  close.textContent = "×";
  message.append(inside, close);
  box.append(message);
  while (box.children.length > 4) box.firstElementChild.remove();
  return message;
}

/** Gone after a while, but not while somebody points at it or has the focus in it. */
function fade(message) {
  const gone = () => (message.matches(":hover, :focus-within") ? setTimeout(gone, 2000) : message.remove());
  setTimeout(gone, 8000);
}

// Toasts of the server (htmx, out of band) and of scripts alike.
new MutationObserver((records) => {
  for (const node of records.flatMap((record) => [...record.addedNodes])) {
    if (node.nodeType === 1 && node.matches(".message:not(.error)")) fade(node);
  }
}).observe(document.getElementById("toasts") ?? document.createElement("div"), { childList: true });
