// Returned goods are counted by scan: a code finds its line, and one more piece goes where the chosen chip says.
import { canSee, look, wedge } from "./scan.js";

const box = document.querySelector("[data-returns]");
const scan = document.getElementById("return-scan");
const said = box?.querySelector("[role=status]");

/** Count one piece of the product with this code; the words to show. */
function count(code) {
  const wanted = code.trim().toUpperCase();
  const line = [...document.querySelectorAll("[data-line]")].find((each) => each.dataset.codes.toUpperCase().split(/\s+/).includes(wanted));
  const kind = box.querySelector("[name=scan_to]:checked")?.value;
  if (!line || !wanted) {
    box.dataset.tone = "bad";
    navigator.vibrate?.([80, 60, 80]);
    return (said.textContent = box.dataset.wrong.replace("{code}", code));
  }
  const field = line.querySelector(`[data-kind="${kind}"] input`);
  field.value = String((Number.parseInt(field.value, 10) || 0) + 1);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  line.scrollIntoView({ block: "nearest" });
  box.dataset.tone = "good";
  const where = line.querySelector(`[data-kind="${kind}"] label`).textContent;
  return (said.textContent = box.dataset.said.replace("{name}", line.dataset.name).replace("{n}", field.value).replace("{where}", where));
}

if (box) {
  wedge({
    ready: () => !document.querySelector("dialog[open]"),
    scanned: (code) => count(code),
  });
  scan.disabled = false; // until now Enter would have sent the form
  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (scan.value.trim()) count(scan.value);
    scan.value = "";
  });
  const camera = box.querySelector("[data-camera]");
  camera.hidden = !canSee();
  camera.addEventListener("click", () => look(document.getElementById("camera"), count));
}
