// Files: dropped, chosen or taken with the camera, sent one by one with a bar each. Without this script the form sends
// them all at once. The server answers with the list as it is now (core/screens/attaching.py).
const forms = () => document.querySelector("form[data-attach]");

document.addEventListener("dragover", (event) => {
  if (!forms() || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  forms().querySelector("[data-drop]").classList.add("over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) forms()?.querySelector("[data-drop]").classList.remove("over");
});
document.addEventListener("drop", (event) => {
  const form = forms();
  if (!form || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  form.querySelector("[data-drop]").classList.remove("over");
  send(form, [...event.dataTransfer.files]);
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-camera]")) send(event.target.form, [...event.target.files]);
});
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-attach]")) return;
    event.preventDefault();
    event.stopPropagation();
    send(form, [...form.elements.files.files]);
  },
  { capture: true },
);

async function send(form, files) {
  if (!files.length || form.dataset.busy) return;
  form.dataset.busy = "1";
  const list = form.querySelector("[data-sending]");
  const rows = files.map((file) => {
    const row = document.createElement("li");
    const bar = document.createElement("progress");
    row.append(file.name, bar);
    bar.max = 1;
    bar.value = 0;
    list.append(row);
    return { file, row, bar };
  });
  let answer = "";
  const wrong = [];
  for (const { file, row, bar } of rows) {
    if (file.size > Number(form.dataset.largest)) {
      wrong.push(`${file.name} ${list.dataset.tooLarge}`);
      row.remove();
      continue;
    }
    const said = await post(form, file, (part) => (bar.value = part));
    row.remove();
    if (said === null) wrong.push(`${file.name} ${list.dataset.failed}`);
    else {
      answer = said;
      for (const each of problems(said)) if (!wrong.includes(each)) wrong.push(each);
    }
  }
  delete form.dataset.busy;
  if (answer) show(answer);
  const now = document.querySelector("[data-sending]");
  if (!now) return;
  for (const text of new Set(wrong)) {
    if (problems(answer).includes(text)) continue; // the list says it already
    const row = document.createElement("li");
    row.className = "tone-bad";
    row.textContent = text;
    now.append(row);
  }
}

/** One file; the list as HTML, or null when the server could not be asked. */
function post(form, file, progress) {
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "attach", "kind", "note"]) body.set(name, form.elements[name].value);
  body.set("files", file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Target", "attachments");
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => resolve([200, 422].includes(request.status) ? request.responseText : null);
    request.onerror = request.onabort = () => resolve(null);
    request.send(body);
  });
}

function problems(html) {
  if (!html) return [];
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll(".notice")].map((each) =>
    [...each.querySelectorAll("p")].map((line) => line.textContent.trim()).join(": "),
  );
}

function show(html) {
  const place = document.getElementById("attachments");
  if (!place) return;
  place.outerHTML = html;
  window.htmx?.process(document.getElementById("attachments"));
}
