// The value under the pointer, or under the arrow keys, stands in the line below a chart. Without this script the
// browser's own hint and the table say it.
const at = new WeakMap();

function show(chart, place) {
  const hits = chart.querySelectorAll("[data-hit]");
  const said = chart.querySelector(".said");
  chart.querySelectorAll(".on").forEach((mark) => mark.classList.remove("on"));
  if (place === null || !hits[place]) {
    at.delete(chart);
    said.textContent = said.dataset.rest ?? "";
    return;
  }
  at.set(chart, place);
  hits[place].classList.add("on");
  chart.querySelectorAll(`.dot[data-at="${place}"]`).forEach((dot) => dot.classList.add("on"));
  said.textContent = hits[place].querySelector("title").textContent;
}

for (const kind of ["pointerover", "click"]) {
  document.addEventListener(kind, (event) => {
    const hit = event.target.closest?.("[data-hit]");
    if (hit) show(hit.closest("[data-chart]"), Number(hit.dataset.hit));
  });
}

document.addEventListener("pointerout", (event) => {
  const plot = event.target.closest?.("[data-chart] .plot");
  if (plot && event.pointerType === "mouse" && !plot.contains(event.relatedTarget)) show(plot.closest("[data-chart]"), null);
});

document.addEventListener("keydown", (event) => {
  const plot = event.target.closest?.("[data-chart] .plot");
  if (!plot) return;
  const chart = plot.closest("[data-chart]");
  const last = chart.querySelectorAll("[data-hit]").length - 1;
  const onward = plot.closest("[data-rtl]") ? -1 : 1;
  const now = at.get(chart) ?? -1;
  const next = { ArrowRight: now + onward, ArrowLeft: now - onward, Home: 0, End: last }[event.key];
  if (event.key === "Escape") show(chart, null);
  if (next === undefined) return;
  event.preventDefault();
  show(chart, Math.min(last, Math.max(0, next)));
});

document.addEventListener("focusout", (event) => {
  const plot = event.target.closest?.("[data-chart] .plot");
  if (plot) show(plot.closest("[data-chart]"), null);
});
