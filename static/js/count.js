// Counting on a phone: what is scanned waits in a queue of this tab until the server has it, each with a key of its own,
// so that a lost connection loses nothing and an answer that never came counts nothing twice.
import { clear, close } from "./combobox.js";
import { canSee, look, wedge } from "./scan.js";

const root = document.getElementById("count");
const field = () => document.getElementById("count-find");
const note = document.getElementById("count-waiting");
const person = document.querySelector("[data-person]")?.dataset.person ?? "";
const place = `count:${person}:${root.dataset.keyOf}`;
const AGAIN = 3000; // ms until a lost connection is tried once more

let queue = JSON.parse(sessionStorage.getItem(place) ?? "[]");
let busy = false;

const keep = () => sessionStorage.setItem(place, JSON.stringify(queue));
const token = () => root.querySelector("[name=csrfmiddlewaretoken]").value;

function say(why) {
  note.hidden = !why;
  note.textContent = why ? `${why} ${note.dataset.text} ${queue.length}` : "";
}

/** Queue one entry: `{do, find, pieces, seen}`. */
function count(entry) {
  queue.push({ ...entry, key: crypto.randomUUID?.() ?? uuid() });
  keep();
  send();
}

// crypto.randomUUID is there only over TLS
const uuid = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

async function send() {
  if (busy) return;
  busy = true;
  while (queue.length) {
    let answer;
    try {
      answer = await fetch(location.pathname, {
        method: "POST",
        body: new URLSearchParams({ ...queue[0], csrfmiddlewaretoken: token() }),
        headers: { "HX-Request": "true", "HX-Target": "count-now", "HX-Current-URL": location.href },
      });
    } catch {
      answer = null;
    }
    if (!answer?.ok) {
      say(answer?.status === 401 || answer?.status === 403 ? note.dataset.login : note.dataset.lost);
      break;
    }
    queue.shift();
    keep();
    show(await answer.text());
  }
  busy = false;
  if (!queue.length) {
    say("");
    document.dispatchEvent(new CustomEvent("live:ask"));
  } else {
    setTimeout(send, AGAIN);
  }
}

function show(html) {
  const now = document.getElementById("count-now");
  const typing = now.contains(document.activeElement) && document.activeElement.value;
  if (typing) return; // the next answer shows it; nothing that is being typed is taken away
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const part = fresh.content.getElementById("count-now");
  if (part) now.replaceWith(part);
  navigator.vibrate?.(part?.querySelector("[role=alert]") ? [80, 60, 80] : 30);
}

const scan = (code) => count({ do: "scan", find: code });

wedge({ ready: () => !document.querySelector("dialog[open]"), scanned: scan });

root.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-count]");
  if (!form) return;
  event.preventDefault();
  const entry = Object.fromEntries(new FormData(form, event.submitter));
  delete entry.csrfmiddlewaretoken;
  if ("scans" in form.dataset) {
    if (entry.do === "scan" && !entry.find?.trim()) return;
    clear(field());
    close(field());
  } else {
    const input = form.querySelector("input[name=pieces]:not([type=hidden])");
    if (input && !input.value.trim()) return input.focus();
    if (input) input.value = "";
    document.activeElement?.blur();
  }
  count(entry);
});

const button = root.querySelector("[data-camera]");
if (button && canSee()) {
  button.hidden = false;
  button.onclick = () => look(document.getElementById("camera"), (code) => scan(code));
}
addEventListener("online", send);
send();
