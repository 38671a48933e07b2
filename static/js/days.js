// Fields for a day take what people say ("tomorrow", "25/12"); the browser's own calendar stays beside them.
import { words } from "./words.js";

const ICON = '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true"><path stroke-linecap="round" stroke-linejoin="round" d="M6.75 3v2.25M17.25 3v2.25M3 18.75V7.5a2.25 2.25 0 0 1 2.25-2.25h13.5A2.25 2.25 0 0 1 21 7.5v11.25m-18 0A2.25 2.25 0 0 0 5.25 21h13.5A2.25 2.25 0 0 0 21 18.75m-18 0v-7.5A2.25 2.25 0 0 1 5.25 9h13.5A2.25 2.25 0 0 1 21 11.25v7.5"/></svg>';

function dress(input) {
  if (input.dataset.dressed) return;
  input.dataset.dressed = "1";
  let box = input.parentElement;
  if (!box.matches(".affix")) {
    box = document.createElement("div");
    box.className = "affix";
    input.replaceWith(box);
    box.append(input);
  }
  const calendar = document.createElement("input");
  calendar.type = "date";
  calendar.tabIndex = -1;
  calendar.className = "calendar";
  calendar.setAttribute("aria-hidden", "true");
  calendar.dataset.noGuard = "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pick";
  button.setAttribute("aria-label", words.calendar ?? "");
  button.innerHTML = ICON;
  button.addEventListener("click", () => {
    calendar.value = iso(input);
    calendar.showPicker?.();
  });
  calendar.addEventListener("input", (event) => {
    event.stopPropagation();
    if (!calendar.value) return;
    input.value = calendar.value.split("-").reverse().join("/");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  box.append(button, calendar);
}

/** The day in the field as the calendar writes it; what the server understood when it is said in words. */
function iso(input) {
  const figures = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/.exec(input.value);
  if (figures) return [figures[3], figures[2].padStart(2, "0"), figures[1].padStart(2, "0")].join("-");
  return input.dataset.value ?? "";
}

const dressAll = (root) => root.querySelectorAll?.("input[data-day]").forEach(dress);
dressAll(document);
document.addEventListener("htmx:load", (event) => dressAll(event.detail.elt));
