// The box in which messages are written: grows with its text, completes words, keeps drafts, sends with Enter.

import { avatar } from "../widgets/avatar.js";
import { completionAt } from "./completion.js";
import { fill, h } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";

/** @typedef {import("./completion.js").Completion} Completion */

const TALLEST = 320;
let count = 0;
const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

/**
 * @param {{testid: string, sendTestid: string, label: string, send: (text: string) => Promise<boolean>, editLast: () => void, attach: () => void}} options
 */
export function createComposer({ testid, sendTestid, label, send, editLast, attach }) {
  const listId = `completion-${(count += 1)}`;
  /** @type {Map<string, string>} */
  const drafts = new Map();
  let draftKey = "";
  let sending = false;
  /** @type {Completion|null} */
  let open = null;
  let chosen = 0;

  const input = /** @type {HTMLTextAreaElement} */ (h("textarea", {
    rows: 1, "data-testid": testid, "aria-label": label, "aria-haspopup": "listbox", "aria-autocomplete": "list", "aria-controls": listId, "data-focus": testid,
  }));
  const popup = h("ul", { class: "completion", id: listId, role: "listbox", "aria-label": "Suggestions", "data-testid": "completion", hidden: true });
  const button = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "send", "data-testid": sendTestid, "aria-label": "Send", title: "Send (Enter)", disabled: true, onclick: submit }, icon("send")));
  const tool = (/** @type {string} */ name, /** @type {string} */ title, /** @type {() => void} */ run) =>
    h("button", { type: "button", class: "icon-button", "aria-label": title, title, onclick: run }, icon(name));
  const plus = tool("plus", "Add documents to the folder", attach);
  const root = h("div", { class: "composer" }, popup, input, h("div", { class: "composer-bar" },
    plus, tool("at", "Mention someone", () => type("@")), tool("slash", "Use a command", () => type("/")),
    h("span", { class: "composer-hint" }, h("kbd", null, "Enter"), " to send, ", h("kbd", null, "Shift+Enter"), " for a new line"), button));

  let hints = { long: "", short: "" };
  const hint = () => (input.placeholder = fits(hints.long, input) ? hints.long : hints.short);
  new ResizeObserver(hint).observe(root);

  input.addEventListener("input", changed);
  input.addEventListener("keydown", pressed);
  input.addEventListener("click", suggest);
  input.addEventListener("blur", () => close());

  function changed() {
    drafts.set(draftKey, input.value);
    button.disabled = !input.value.trim();
    grow();
    suggest();
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, TALLEST)}px`;
  }

  function suggest() {
    const found = input.selectionStart === input.selectionEnd ? completionAt(input.value, input.selectionStart) : null;
    if (!found) return close();
    if (found.typed !== open?.typed) chosen = 0;
    open = found;
    draw();
  }

  function draw() {
    const completion = open;
    if (!completion) return;
    fill(popup, completion.candidates.map((candidate, index) => h("li", {
      id: `${listId}-${index}`, role: "option", "aria-selected": String(index === chosen), class: index === chosen && "chosen",
      onpointerdown: (/** @type {Event} */ event) => { event.preventDefault(); take(index); },
    }, candidate.user ? avatar(candidate.user, { size: "small" }) : h("span", { class: "completion-mark", "aria-hidden": "true" }, candidate.kind === "channel" ? "#" : "/"),
      h("span", { class: "completion-label" }, candidate.label), h("span", { class: "completion-detail" }, candidate.detail))));
    popup.hidden = false;
    input.setAttribute("aria-activedescendant", `${listId}-${chosen}`);
    popup.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    open = null;
    popup.hidden = true;
    input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  function take(index) {
    if (!open) return;
    const { from, to, candidates } = open;
    input.setRangeText(`${candidates[index].insert} `, from, to, "end");
    close();
    changed();
    input.focus();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.isComposing) return;
    if (open && completes(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && !input.value) {
      event.preventDefault();
      editLast();
    }
  }

  /** Lets the popup have a key; a word that is complete already leaves Enter to the message. @param {KeyboardEvent} event */
  function completes(event) {
    if (!open) return false;
    const { candidates, typed } = open;
    const whole = candidates[chosen].insert === typed;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + candidates.length) % candidates.length;
      draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !whole)) take(chosen);
    else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else return false;
    return true;
  }

  async function submit() {
    const text = input.value.trim();
    if (!text || sending) return;
    sending = true;
    const key = draftKey;
    close();
    put("");
    const sent = await send(text);
    sending = false;
    if (!sent && key === draftKey && !input.value) put(text);
    else if (!sent) drafts.set(key, text);
  }

  /** @param {string} text */
  function put(text) {
    input.value = text;
    changed();
    close();
  }

  /** Types something at the caret. @param {string} text */
  function type(text) {
    input.focus();
    const gap = text === "@" && /\S$/.test(input.value.slice(0, input.selectionStart)) ? " " : "";
    if (text === "/") input.value = "";
    input.setRangeText(gap + text, input.selectionStart, input.selectionEnd, "end");
    changed();
  }

  return {
    root,
    focus: () => input.focus({ preventScroll: true }),
    /** Takes up another place's draft. @param {string} key @param {{long: string, short: string, attach?: string}} words what may be written and attached here */
    moveTo(key, words) {
      hints = words;
      if (words.attach) for (const name of ["title", "aria-label"]) plus.setAttribute(name, words.attach);
      hint();
      if (key === draftKey) return;
      draftKey = key;
      put(drafts.get(key) ?? "");
    },
  };
}

/** Whether a text fits into one line of a field. @param {string} text @param {HTMLElement} field */
function fits(text, field) {
  const look = getComputedStyle(field);
  pen.font = `italic ${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
  return pen.measureText(text).width <= field.clientWidth - Number.parseFloat(look.paddingLeft) - Number.parseFloat(look.paddingRight);
}
