// Opens a native modal dialog and gives the focus back afterwards; knows neither Slack's views nor the server.

import { h } from "./dom.js";
import { icon } from "./icons.js";

let count = 0;

/**
 * A dialog with a title and a close button; Escape and the close button call `leave`.
 * @param {{title: string, testid: string, leave: () => void, body: Node[], footer: Node[]}} parts
 * @returns {HTMLDialogElement}
 */
export function openDialog({ title, testid, leave, body, footer }) {
  const id = `dialog-${(count += 1)}`;
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close", "data-testid": `${testid}-close`, onclick: leave }, icon("close"));
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "dialog", "data-testid": testid, "aria-labelledby": id },
    h("header", { class: "dialog-head" }, h("h2", { id }, title), close),
    h("div", { class: "dialog-body" }, body),
    footer.length > 0 && h("footer", { class: "dialog-foot" }, footer)));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks before something is done.
 * @param {{title: string, text: string|Node, yes: string, no?: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function askFirst({ title, text, yes, no = "Cancel", danger = false }) {
  const before = document.activeElement;
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ answer) => {
      dialog.close();
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      resolve(answer);
    };
    const refuse = h("button", { type: "button", class: "button", "data-testid": "confirm-no", onclick: () => end(false) }, no);
    const agree = h("button", { type: "button", class: ["button", danger ? "danger" : "primary"], "data-testid": "confirm-yes", onclick: () => end(true) }, yes);
    const dialog = openDialog({ title, testid: "confirm", leave: () => end(false), body: [h("div", { class: "dialog-text" }, text)], footer: [refuse, agree] });
    agree.focus();
  });
}
