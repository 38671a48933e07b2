// An answer in parts: <template data-into="#credit">…</template> fills what it names, data-last="#lines" adds to its end,
// data-instead="#line-12" takes its place, data-more="#quantity-12" adds its number to a field. What is the same stays untouched, and the cursor stays where it was.

/** Put the parts of an answer into the page; gives the elements that are new. */
export function place(html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  const at = document.activeElement;
  const fresh = [];
  for (const part of answer.content.querySelectorAll("template[data-into]")) {
    for (const target of document.querySelectorAll(part.dataset.into)) fill(target, part.innerHTML.trim());
  }
  for (const part of answer.content.querySelectorAll("template[data-more]")) {
    const field = document.querySelector(part.dataset.more);
    if (field) field.value = String((Number(field.value) || 0) + Number(part.innerHTML));
  }
  for (const part of answer.content.querySelectorAll("template[data-last], template[data-instead]")) {
    const inside = document.importNode(part.content, true);
    const [element] = inside.children;
    const target = document.querySelector(part.dataset.last ?? part.dataset.instead);
    if (!target || !element || document.getElementById(element.id)) continue;
    if (part.dataset.last) target.append(inside);
    else target.replaceWith(inside);
    window.htmx?.process(element);
    fresh.push(element);
  }
  if (at?.id && !at.isConnected) document.getElementById(at.id)?.focus({ preventScroll: true });
  return fresh;
}

const shown = new WeakMap();

function fill(target, html) {
  if (shown.get(target) === html) return;
  shown.set(target, html);
  target.innerHTML = html;
  window.htmx?.process(target);
}
