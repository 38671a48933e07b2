// The few sentences that scripts say, translated by the page (<template id="words" data-…>).
export const words = document.getElementById("words")?.dataset ?? {};

/** Say something at the edge of the page; screen readers hear it too. */
export function say(text, level = "info") {
  const box = document.getElementById("toasts");
  if (!box || !text) return;
  const message = document.createElement("div");
  message.className = `message ${level}`;
  const inside = document.createElement("div");
  inside.className = "text";
  inside.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn quiet square close";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", words.close ?? "");
  close.textContent = "×";
  message.append(inside, close);
  box.append(message);
  if (level !== "error") setTimeout(() => message.remove(), 8000);
}
