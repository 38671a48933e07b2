// What shortcuts of a single letter must know: whether the person wants them, and whether somebody is typing.
const OFF = "keys-off";

export function keysOn() {
  try {
    return localStorage.getItem(OFF) !== "1";
  } catch {
    return true;
  }
}

export function switchKeys(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch { /* a browser that keeps nothing */ }
}

/** Whether a key belongs to a field, a menu or the browser rather than to the page. */
export function typing(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return true;
  const at = event.target;
  return Boolean(at.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable], [role=combobox], [role=listbox], [role=menu]"));
}
