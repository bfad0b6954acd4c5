// Shows an error or a note for a few seconds, in one sentence; errors are said at once to screen readers.

import { byId, h } from "./dom.js";
import { icon } from "./icons.js";
import { ApiError } from "../state/api.js";

const SHOWN_FOR = 8000;

/** @param {string} sentence @param {"error"|"note"} [kind] */
export function toast(sentence, kind = "note") {
  const box = byId("toasts");
  for (const old of box.querySelectorAll(".toast")) if (old.querySelector("p")?.textContent === sentence) old.remove();
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss" }, icon("close"));
  const item = h("div", { class: ["toast", kind], "data-testid": "toast", role: kind === "error" ? "alert" : "status" },
    icon(kind === "error" ? "warning" : "check"), h("p", null, sentence), close);
  close.addEventListener("click", () => item.remove());
  box.append(item);
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover(); // again, so that it stands above a dialog opened since
  leaveLater(item);
}

/** @param {HTMLElement} item */
function leaveLater(item) {
  let timer = window.setTimeout(() => item.remove(), SHOWN_FOR);
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("pointerleave", () => (timer = window.setTimeout(() => item.remove(), SHOWN_FOR)));
}

/**
 * Runs something that asks the server; a failure becomes a toast, anything else stays an error of the page.
 * @template T @param {() => Promise<T>} ask @returns {Promise<T|null>} null when it failed
 */
export async function tried(ask) {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, "error");
    return null;
  }
}
