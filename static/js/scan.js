// Codes from a scanner that types (keyboard wedge), and from the camera where the browser can read codes.

const FAST = 50; // ms between two keys: people are slower
const SHORTEST = 5;

/** Keys that come faster than a person types and end with Enter are a code, wherever the cursor is.
 *  What they did to a field is taken back. `ready()` says whether a scan is wanted now. */
export function wedge({ ready, scanned }) {
  let keys = [];
  let field = null;
  let held = []; // keys outside of fields wait a moment: a scanner must not press the page's shortcuts

  const hold = (event) => {
    event.stopImmediatePropagation();
    const again = new KeyboardEvent("keydown", { key: event.key, code: event.code, shiftKey: event.shiftKey, bubbles: true, cancelable: true });
    const { target } = event;
    held.push(setTimeout(() => target.dispatchEvent(again), FAST + 5));
  };
  const drop = () => held.splice(0).forEach(clearTimeout);

  document.addEventListener("keydown", (event) => {
    if (!event.isTrusted) return;
    const now = event.timeStamp;
    const burst = keys.length > 0 && now - keys.at(-1).at < FAST;
    if (event.key === "Enter" && burst && keys.length >= SHORTEST) {
      const code = keys.map((key) => key.key).join("");
      const back = field;
      keys = [];
      if (!ready() || /\s/.test(code)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (back) {
        back.input.value = back.value;
        back.input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      scanned(code, back?.input ?? null);
      return;
    }
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key !== "Shift") keys = [];
      return;
    }
    if (!burst) {
      keys = [];
      const input = event.target;
      field = input.matches?.("input, textarea") ? { input, value: input.value } : null;
    }
    keys.push({ key: event.key, at: now });
    if (burst) drop();
    if (!field && event.key !== " " && ready()) hold(event);
  }, { capture: true });
}

export const canSee = () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

/** Open the camera in its dialog; `scanned(code)` is called once per code held before it and may return words to show. */
export async function look(dialog, scanned) {
  const video = dialog.querySelector("video");
  const seen = dialog.querySelector("[data-seen]");
  const light = dialog.querySelector("[data-torch]");
  let stream = null;
  let running = true;
  const stop = () => {
    running = false;
    stream?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
  dialog.addEventListener("close", stop, { once: true });
  dialog.onclick = (event) => {
    if (event.target === dialog || event.target.closest("[data-stop]")) dialog.close();
  };
  seen.textContent = seen.dataset.ready;
  light.hidden = true;
  dialog.showModal();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    if (!running) return stop(); // closed while the browser was asking
    video.srcObject = stream;
    await video.play();
  } catch {
    seen.textContent = seen.dataset.refused;
    return;
  }
  const [track] = stream.getVideoTracks();
  light.hidden = !track?.getCapabilities?.().torch;
  light.onclick = () => {
    const on = light.getAttribute("aria-pressed") !== "true";
    track.applyConstraints({ advanced: [{ torch: on }] }).then(() => light.setAttribute("aria-pressed", String(on)), () => {});
  };
  const detector = new window.BarcodeDetector();
  let last = "";
  let lastAt = 0;
  while (running) {
    const [found] = await detector.detect(video).catch(() => []);
    const now = performance.now();
    if (found?.rawValue && running) {
      // the same code counts again once it was out of sight
      if (found.rawValue !== last || now - lastAt > 1500) {
        navigator.vibrate?.(60);
        seen.textContent = scanned(found.rawValue) ?? found.rawValue;
      }
      last = found.rawValue;
      lastAt = now;
    }
    await new Promise((next) => setTimeout(next, 150));
  }
}
