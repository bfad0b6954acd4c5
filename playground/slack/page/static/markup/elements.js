// Draws what a person presses or fills in within Block Kit, and decides what each sends back, in Slack's own shapes.

import { askFirst } from "../widgets/dialog.js";
import { h } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";
import { safeAddress } from "./links.js";
import { drawImageWords, plainText, renderMrkdwnLine, renderText } from "./render-markup.js";
import { people, state, visibleChannels } from "../state/state.js";

/**
 * @typedef {import("../state/types.js").BlockElement} BlockElement @typedef {import("./blocks.js").Context} Context
 * @typedef {{text: import("../state/types.js").TextObject, value: string, description?: import("../state/types.js").TextObject}} Option
 */

/** @param {BlockElement} element @param {string} block @param {object} [more] */
function payload(element, block, more = {}) {
  return { type: element.type, action_id: element.action_id, block_id: block, action_ts: (Date.now() / 1000).toFixed(6), ...more };
}

/** Draws an element of an actions block or the accessory of a section. @param {BlockElement} element @param {Context} context
 * @param {string} block @returns {HTMLElement} */
export function drawElement(element, context, block) {
  if (element.type === "button") return drawButton(element, context, block);
  if (element.type === "image") return drawImageWords(element.alt_text);
  const field = drawField(element, `${block}-${element.action_id}`);
  if (!field) return h("span", { class: "hint" }, `(${element.type} is not drawn here)`);
  context.inputs.push({ block, action: element.action_id ?? "", read: field.read, node: field.node, fail: () => undefined });
  field.node.addEventListener("change", async () => {
    const chosen = payload(element, block, field.read() ?? {});
    if (!element.confirm || (await confirmed(element.confirm))) context.act(chosen);
    else for (const select of field.node.querySelectorAll("select")) select.value = ""; // nothing is chosen yet
  });
  field.node.querySelector("select, input, textarea")?.setAttribute("aria-label", plainText(element.placeholder) || "Choose");
  return field.node;
}

/** @param {BlockElement} element @param {Context} context @param {string} block */
function drawButton(element, context, block) {
  const url = element.url ? safeAddress(element.url) : null;
  const press = async () => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    if (url) window.open(url, "_blank", "noopener");
    await busy(button, () => context.act(payload(element, block, { text: element.text, ...(element.value === undefined ? {} : { value: element.value }) })));
  };
  const button = h("button", {
    type: "button", class: ["button", element.style === "primary" && "primary", element.style === "danger" && "danger"],
    "aria-label": element.accessibility_label, "data-action": element.action_id, "data-focus": focusKey(context, element), onclick: press,
  }, plainText(element.text), url && h("span", { class: "unseen" }, " (opens in a new tab)"));
  return button;
}

/** @param {Context} context @param {BlockElement} element @param {string} [part] */
const focusKey = (context, element, part = "") => `${context.origin.ts ?? context.origin.view_id}-${element.action_id}-${part}`;

/** @param {HTMLElement} button @param {() => Promise<void>} work */
async function busy(button, work) {
  button.setAttribute("aria-busy", "true");
  await work();
  button.removeAttribute("aria-busy");
}

/** @param {any} confirm Slack's confirmation object */
function confirmed(confirm) {
  return askFirst({
    title: plainText(confirm.title), text: renderText(confirm.text), yes: plainText(confirm.confirm) || "Yes",
    no: plainText(confirm.deny) || "Cancel", danger: confirm.style === "danger",
  });
}

/** Draws an element of a context_actions block. @param {BlockElement} element @param {Context} context @param {string} block */
export function actionsOf(element, context, block) {
  if (element.type === "feedback_buttons") return drawFeedback(element, context, block);
  if (element.type === "icon_button") return drawIconButton(element, context, block);
  return drawElement(element, context, block);
}

/** @param {BlockElement} element @param {Context} context @param {string} block */
function drawFeedback(element, context, block) {
  const key = focusKey(context, element);
  const draw = (/** @type {any} */ choice, /** @type {string} */ name, /** @type {string} */ fallback) => {
    if (!choice) return null;
    const label = choice.accessibility_label || plainText(choice.text) || fallback;
    const button = h("button", {
      type: "button", class: "icon-button", title: plainText(choice.text) || label, "aria-label": label, "data-action": element.action_id, "data-value": choice.value,
      "data-focus": focusKey(context, element, name), "aria-pressed": String(state.pressed.get(key) === choice.value),
      onclick: async () => {
        state.pressed.set(key, choice.value);
        for (const other of group.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
        await busy(button, () => context.act(payload(element, block, { text: choice.text, value: choice.value })));
      },
    }, icon(name));
    return button;
  };
  const group = h("span", { class: "feedback", role: "group", "aria-label": "Feedback" });
  group.append(...[draw(element.positive_button, "like", "Good answer"), draw(element.negative_button, "dislike", "Bad answer")].filter((one) => one !== null));
  return group;
}

/** @param {BlockElement} element @param {Context} context @param {string} block */
function drawIconButton(element, context, block) {
  const audience = element.visible_to_user_ids;
  const label = element.accessibility_label || plainText(element.text);
  const button = h("button", {
    type: "button", class: "icon-button", title: label, "aria-label": label, hidden: Array.isArray(audience) && audience.length > 0 && !audience.includes(state.me),
    "data-action": element.action_id, "data-focus": focusKey(context, element),
    onclick: async () => {
      if (element.confirm && !(await confirmed(element.confirm))) return;
      await busy(button, () => context.act(payload(element, block, { icon: element.icon, text: element.text, value: element.value })));
    },
  }, icon(element.icon === "trash" ? "trash" : "info"));
  return button;
}

/** An input block of a view. @param {import("../state/types.js").Block} block @param {Context} context @param {string} id */
export function drawInput(block, context, id) {
  const element = block.element;
  const control = `${id}-${element.action_id}`;
  const field = drawField(element, control);
  const problem = h("p", { class: "problem", id: `${control}-problem`, role: "alert" });
  if (!field) return h("p", { class: "hint" }, `(${element.type} is not drawn here)`);
  const labels = field.group ? "legend" : "label";
  const root = h(field.group ? "fieldset" : "div", { class: "field-block" },
    h(labels, { class: "label", for: field.group ? null : control }, plainText(block.label), block.optional && h("span", { class: "hint" }, " (optional)")),
    field.node, block.hint && h("p", { class: "hint", id: `${control}-hint` }, plainText(block.hint)), problem);
  const target = field.node.matches("input, textarea, select") ? field.node : field.node.querySelector("input, textarea, select");
  target?.setAttribute("aria-describedby", `${control}-problem ${control}-hint`);
  const fail = (/** @type {string} */ sentence) => {
    problem.textContent = sentence;
    if (sentence) target?.setAttribute("aria-invalid", "true");
    else target?.removeAttribute("aria-invalid");
  };
  const read = () => field.read();
  context.inputs.push({ block: id, action: element.action_id ?? "", read, node: /** @type {HTMLElement} */ (target ?? root), fail });
  return root;
}

/** @typedef {{node: HTMLElement, read: () => object|null, group?: boolean}} Field */

/** @param {BlockElement} element @param {string} id @returns {Field|null} */
function drawField(element, id) {
  const draw = FIELDS[element.type];
  return draw ? draw(element, id) : null;
}

/** @param {string} type @param {string} key @returns {(element: BlockElement, id: string) => Field} */
const typedInput = (type, key) => (element, id) => {
  const input = /** @type {HTMLInputElement} */ (h("input", { id, type, class: "control", placeholder: plainText(element.placeholder),
    min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : null, maxlength: element.max_length }));
  input.value = element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  input.autofocus = Boolean(element.focus_on_load);
  return { node: input, read: () => ({ type: element.type, [key]: input.value || null }) };
};

/** @param {BlockElement} element @param {string} id @returns {Field} */
function textField(element, id) {
  if (!element.multiline) return typedInput("text", "value")(element, id);
  const area = /** @type {HTMLTextAreaElement} */ (h("textarea", { id, class: "control", rows: 5, placeholder: plainText(element.placeholder), maxlength: element.max_length }));
  area.value = element.initial_value ?? "";
  area.autofocus = Boolean(element.focus_on_load);
  return { node: area, read: () => ({ type: element.type, value: area.value || null }) };
}

/** @param {Option[]} options @param {string} [chosen] */
const optionNodes = (options, chosen) => options.map((option) => h("option", { value: option.value, selected: option.value === chosen }, plainText(option.text)));

/** @param {BlockElement} element @param {string} id @returns {Field} */
function selectField(element, id) {
  const groups = /** @type {{label: import("../state/types.js").TextObject, options: Option[]}[]} */ (element.option_groups ?? []);
  const options = /** @type {Option[]} */ (element.options ?? groups.flatMap((group) => group.options));
  const chosen = element.initial_option?.value;
  const select = /** @type {HTMLSelectElement} */ (h("select", { id, class: "control", "data-action": element.action_id },
    h("option", { value: "", disabled: true, selected: chosen === undefined }, plainText(element.placeholder) || "Choose…"),
    groups.length ? groups.map((group) => h("optgroup", { label: plainText(group.label) }, optionNodes(group.options, chosen))) : optionNodes(options, chosen)));
  return { node: h("span", { class: "select" }, select, icon("chevron")), read: () => ({ type: element.type, selected_option: options.find((option) => option.value === select.value) ?? null }) };
}

/** A select over the workspace's own people or channels. @param {string} key @param {string} initial @param {() => {id: string, name: string}[]} list */
const workspaceSelect = (key, initial, list) => (/** @type {BlockElement} */ element, /** @type {string} */ id) => {
  const options = list().map(({ id: value, name }) => ({ value, text: { type: "plain_text", text: name } }));
  const field = selectField({ ...element, options, initial_option: { value: element[initial] } }, id);
  const select = /** @type {HTMLSelectElement} */ (field.node.querySelector("select"));
  return { node: field.node, read: () => ({ type: element.type, [key]: select.value || null }) };
};

/** @param {"radio"|"checkbox"} kind @returns {(element: BlockElement, id: string) => Field} */
const choiceField = (kind) => (element, id) => {
  const options = /** @type {Option[]} */ (element.options ?? []);
  const first = kind === "radio" ? [element.initial_option].filter(Boolean) : element.initial_options ?? [];
  const boxes = options.map((option, index) => /** @type {HTMLInputElement} */ (h("input", {
    type: kind, name: id, id: `${id}-${index}`, checked: first.some((/** @type {Option} */ one) => one.value === option.value) })));
  const rows = options.map((option, index) => h("div", { class: "choice" }, boxes[index],
    h("label", { for: `${id}-${index}` }, option.text.type === "mrkdwn" ? renderMrkdwnLine(option.text.text) : plainText(option.text),
      option.description && h("span", { class: "hint" }, plainText(option.description)))));
  const chosen = () => options.filter((_, index) => boxes[index].checked);
  const read = () => (kind === "radio" ? { type: element.type, selected_option: chosen()[0] ?? null } : { type: element.type, selected_options: chosen() });
  return { node: h("div", { class: "choices" }, rows), read, group: true };
};

/** @type {Record<string, (element: BlockElement, id: string) => Field>} */
const FIELDS = {
  plain_text_input: textField,
  number_input: typedInput("number", "value"),
  email_text_input: typedInput("email", "value"),
  url_text_input: typedInput("url", "value"),
  datepicker: typedInput("date", "selected_date"),
  timepicker: typedInput("time", "selected_time"),
  static_select: selectField,
  overflow: selectField,
  multi_static_select: choiceField("checkbox"),
  radio_buttons: choiceField("radio"),
  checkboxes: choiceField("checkbox"),
  users_select: workspaceSelect("selected_user", "initial_user", () => people().map((user) => ({ id: user.id, name: user.real_name || user.name }))),
  channels_select: workspaceSelect("selected_channel", "initial_channel", () => visibleChannels().filter((channel) => channel.kind === "public")),
  conversations_select: workspaceSelect("selected_conversation", "initial_conversation", visibleChannels),
};
