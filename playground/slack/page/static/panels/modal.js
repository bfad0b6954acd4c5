// Shows the bot's modal views: a stack of them, their values gathered and sent, the errors put beside their fields.

import * as api from "../state/api.js";
import { renderBlocks } from "../markup/blocks.js";
import { openDialog } from "../widgets/dialog.js";
import { h } from "../widgets/dom.js";
import { plainText } from "../markup/render-markup.js";
import { state } from "../state/state.js";
import { tried } from "../widgets/toast.js";

/** @typedef {import("../state/types.js").View} View @typedef {{view: View, dialog: HTMLDialogElement, inputs: import("../markup/blocks.js").Input[], back: Element|null}} Shown */

/** @type {Shown[]} */
const stack = [];

/** A view was opened, updated or closed. @param {{type: string, view?: View, view_id?: string}} event */
export function hearView(event) {
  if (event.type === "view_closed") return takeAway(event.view_id ?? "");
  if (event.view) show(event.view);
}

/** @param {View} view */
function show(view) {
  const at = stack.findIndex((shown) => shown.view.id === view.id);
  if (at < 0) {
    stack.push(draw(view, document.activeElement));
    return;
  }
  const old = stack[at];
  const typed = typedIn(old.dialog);
  const focused = document.activeElement?.id;
  stack[at] = draw(view, old.back);
  retype(stack[at].dialog, typed);
  discard(old.dialog);
  if (focused) stack[at].dialog.querySelector(`#${CSS.escape(focused)}`)?.focus();
}

/** @param {View} view @param {Element|null} back what had the focus before @returns {Shown} */
function draw(view, back) {
  const origin = { view_id: view.id };
  /** @type {import("../markup/blocks.js").Input[]} */
  const inputs = [];
  const body = renderBlocks(view.blocks, { origin, inputs, act: (action) => tried(() => api.act(state.me, origin, action)).then(() => undefined) });
  const leave = () => {
    tried(() => api.closeView(state.me, view.id));
    takeAway(view.id);
  };
  const close = h("button", { type: "button", class: "button", onclick: leave }, plainText(view.close) || "Close");
  const submit = view.submit && h("button", { type: "button", class: "button primary", "data-testid": "modal-submit", onclick: () => send(view.id) }, plainText(view.submit));
  const dialog = openDialog({ title: plainText(view.title) || "Dialog", testid: "modal", leave, body: [body], footer: submit ? [close, submit] : [close] });
  dialog.addEventListener("keydown", (event) => {
    const oneLine = event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && submit && oneLine && !event.isComposing) send(view.id);
  });
  const first = dialog.querySelector("[autofocus]") ?? inputs[0]?.node ?? submit ?? close;
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  return { view, dialog, inputs, back };
}

/** @param {string} viewId */
async function send(viewId) {
  const shown = stack.find((one) => one.view.id === viewId);
  if (!shown || shown.dialog.dataset.sending) return;
  shown.dialog.dataset.sending = "true";
  for (const input of shown.inputs) input.fail("");
  const answer = missing(shown) ?? (await tried(() => api.submitView(state.me, viewId, valuesOf(shown))));
  delete shown.dialog.dataset.sending;
  if (answer?.errors) tell(shown, answer.errors);
} // what becomes of a view that was taken, an event says: closed, updated, or another one on top

/** Fields that must be filled in and are not. @param {Shown} shown @returns {{ok: false, errors: Record<string, string>}|null} */
function missing(shown) {
  const required = shown.view.blocks.filter((block) => block.type === "input" && !block.optional);
  /** @type {Record<string, string>} */
  const errors = {};
  for (const block of required) {
    const input = shown.inputs.find((one) => one.block === block.block_id);
    const value = Object.entries(input?.read() ?? {}).find(([key]) => key !== "type")?.[1];
    if (input && (value === null || (Array.isArray(value) && value.length === 0))) errors[input.block] = "Please fill in this field.";
  }
  return Object.keys(errors).length ? { ok: false, errors } : null;
}

/** @param {Shown} shown */
function valuesOf(shown) {
  /** @type {Record<string, Record<string, object|null>>} */
  const values = {};
  for (const { block, action, read } of shown.inputs) values[block] = { ...values[block], [action]: read() };
  return values;
}

/** @param {Shown} shown @param {Record<string, string>} errors */
function tell(shown, errors) {
  const wrong = shown.inputs.filter((input) => errors[input.block]);
  for (const input of wrong) input.fail(errors[input.block]);
  wrong[0]?.node.focus();
}

/** @param {string} viewId */
function takeAway(viewId) {
  const at = stack.findIndex((shown) => shown.view.id === viewId);
  if (at < 0) return;
  const [gone] = stack.splice(at, 1);
  discard(gone.dialog);
  if (gone.back instanceof HTMLElement && gone.back.isConnected) gone.back.focus({ preventScroll: true });
}

/** Takes all of them away, when another person is acted as. */
export function clearViews() {
  for (const { dialog } of stack.splice(0)) discard(dialog);
}

/** @param {HTMLDialogElement} dialog */
function discard(dialog) {
  dialog.close();
  dialog.remove();
}

/** @typedef {Map<string, {value: string, checked: boolean}>} Typed */

/** @param {Element} root @returns {NodeListOf<HTMLInputElement>} */
const controls = (root) => root.querySelectorAll("input[id], textarea[id], select[id]");

/** @param {Element} root @returns {Typed} */
const typedIn = (root) => new Map([...controls(root)].map(({ id, value, checked }) => [id, { value, checked }]));

/** What was typed survives an update of the view. @param {Element} root @param {Typed} typed */
function retype(root, typed) {
  for (const control of controls(root)) {
    const old = typed.get(control.id);
    if (!old) continue;
    control.value = old.value;
    control.checked = old.checked;
  }
}
