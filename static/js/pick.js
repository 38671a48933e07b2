// Picking: every scan gets a key of its own and waits on the device until the server has answered it. A reload, a dead
// network or a closed tab loses none, and none counts twice.
import { canSee, look, wedge } from "./scan.js";

const box = document.getElementById("pick");
const store = `pick:${box.dataset.pick}`;
const waiting = () => JSON.parse(localStorage.getItem(store) ?? "[]");
const keep = (scans) => (scans.length ? localStorage.setItem(store, JSON.stringify(scans)) : localStorage.removeItem(store));
const said = () => box.querySelector(".scan-said");
let busy = false;

/** Send what waits, the oldest first; what is not answered stays. */
async function send() {
  if (busy) return;
  busy = true;
  try {
    for (let [scan] = waiting(); scan; [scan] = waiting()) {
      const body = new FormData();
      for (const [name, value] of Object.entries(scan)) body.set(name, value);
      body.set("csrfmiddlewaretoken", box.querySelector("[name=csrfmiddlewaretoken]").value);
      const answer = await fetch(location.pathname, { method: "POST", body, headers: { "HX-Request": "true", "HX-Target": "pick" } });
      if (answer.status >= 500) throw new Error("not now");
      keep(waiting().filter((each) => each.reference !== scan.reference));
      if (!answer.ok) return location.reload(); // logged out, or the order is gone: the page says which
      box.innerHTML = await answer.text();
      ready();
      if (said().dataset.tone === "bad") navigator.vibrate?.([80, 60, 80]);
    }
  } catch {
    said().dataset.tone = "bad";
    said().textContent = box.dataset.waits.replace("{n}", String(waiting().length));
    setTimeout(send, 3000);
  } finally {
    busy = false;
  }
}

function take(scan) {
  keep([...waiting(), { ...scan, reference: crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (d) => (d ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (d / 4)))).toString(16)) }]);
  send();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-scan]");
  if (!form) return;
  event.preventDefault();
  const values = Object.fromEntries(new FormData(form, event.submitter));
  delete values.csrfmiddlewaretoken;
  delete values.reference;
  if (form.code) form.code.value = "";
  if (values.code?.trim() || values.product) take(values);
});

wedge({
  ready: () => !document.querySelector("dialog[open]"),
  scanned: (code) => take({ code }),
});

function ready() {
  const camera = box.querySelector("[data-camera]");
  camera.hidden = !canSee();
  camera.onclick = () => look(document.getElementById("camera"), (code) => take({ code }));
}

window.addEventListener("online", send);
ready();
if (waiting().length) send();
