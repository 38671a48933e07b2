// Fetches the page again and swaps what changed, so that messages and ticks arrive by themselves.
// Typed words stay: only the parts marked data-live are replaced.
const EVERY_MS = 1500;

function live() {
  return document.querySelector("[data-live]");
}

function toEnd(part) {
  if (part?.hasAttribute("data-end")) part.scrollTop = part.scrollHeight;
}

async function refresh() {
  const old = live();
  if (!old || document.hidden) return;
  const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh || fresh.innerHTML === old.innerHTML) return;
  const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 40;
  old.innerHTML = fresh.innerHTML;
  const tabs = document.querySelector(".tabs");
  const freshTabs = page.querySelector(".tabs");
  if (tabs && freshTabs) tabs.innerHTML = freshTabs.innerHTML;
  if (atEnd) toEnd(old);
}

toEnd(live());
setInterval(() => refresh().catch(() => {}), EVERY_MS);
