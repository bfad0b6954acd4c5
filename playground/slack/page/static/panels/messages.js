// Keeps a list of messages on the page in step with the state: order, days, grouping, scrolling, editing in place.

import * as api from "../state/api.js";
import { announce } from "../widgets/announce.js";
import { agoWords, dayKey, dayWords } from "../state/clock.js";
import { askFirst } from "../widgets/dialog.js";
import { arrange, h, keepingFocus } from "../widgets/dom.js";
import { drawMessage } from "./message.js";
import { state, statusWords, userName } from "../state/state.js";
import { toast, tried } from "../widgets/toast.js";

/** @typedef {import("../state/types.js").Message} Message */

const GROUP_SECONDS = 300;
const NEAR_BOTTOM = 90;
const QUESTION_HEIGHT = 160;

/**
 * A list of messages.
 * @param {{inThread: boolean, label: string, testid?: string, reply?: (message: Message) => void}} options
 */
export function createMessageList({ inThread, label, testid, reply }) {
  /** @type {Map<string, {node: HTMLElement, message: Message, look: string, edited: boolean}>} */
  let drawn = new Map();
  /** @type {string|null} */
  let editing = null;
  const items = h("div", { class: "messages", "data-testid": testid });
  const scroller = h("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": label }, items);
  const jump = h("button", { type: "button", class: "jump", hidden: true, onclick: () => toBottom(true) }, "↓ More below");
  const root = h("div", { class: "list" }, scroller, jump);
  let pinned = true;
  let height = 0;
  let width = 0;
  let brought = -1;
  scroller.addEventListener("scroll", () => {
    // a pane that shrinks or narrows scrolls by itself; only a person's scrolling lets go of the bottom
    const ours = scroller.scrollTop === brought;
    brought = -1;
    if (scroller.clientHeight === height && scroller.clientWidth === width && !ours) pinned = nearBottom();
    jump.hidden = nearBottom();
  }, { passive: true });
  scroller.addEventListener("keydown", (event) => walk(event, items));

  const nearBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM;
  const toBottom = (/** @type {boolean} */ gently) => {
    pinned = true;
    const behavior = gently && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "instant";
    scroller.scrollTo({ top: scroller.scrollHeight, behavior });
    if (behavior === "instant") brought = scroller.scrollTop; // what comes before the browser tells of it is followed, too
  };
  /** Follows what grows, but never past the beginning of the last message: a long answer is read from its first line. */
  const follow = () => scroller.scrollTo({ top: Math.min(beginning(items), scroller.scrollHeight), behavior: "instant" });
  const sized = new ResizeObserver(() => {
    height = scroller.clientHeight;
    width = scroller.clientWidth;
    if (pinned) follow();
  });
  sized.observe(scroller);
  sized.observe(items);

  const doings = {
    reply,
    act: (/** @type {{channel: string, ts: string}} */ origin, /** @type {object} */ action) =>
      tried(() => api.act(state.me, origin, action)).then(() => undefined),
    shortcut: (/** @type {Message} */ message, /** @type {string} */ callbackId) =>
      void tried(() => api.shortcut(state.me, { channel: message.channel, ts: message.ts }, callbackId)),
    edit: (/** @type {Message} */ message) => startEditing(message.ts),
    remove: async (/** @type {Message} */ message) => {
      const sure = await askFirst({ title: "Delete message", text: "Delete this message? This cannot be undone.", yes: "Delete", danger: true });
      if (sure) await tried(() => api.remove(state.me, message.channel, message.ts));
    },
  };

  /** @param {string|null} ts */
  function startEditing(ts) {
    editing = ts;
    refresh();
    if (ts) /** @type {HTMLElement|null} */ (items.querySelector(".edit-box textarea"))?.focus();
  }

  /** @type {{intro: Node|null, messages: Message[]}} */
  let held = { intro: null, messages: [] };

  /** @param {Message} message @param {boolean} compact */
  function nodeOf(message, compact) {
    const edited = editing === message.ts;
    const look = [compact, edited, state.me, statusWords(message.channel, message.ts), state.thread?.ts === message.ts].join("|");
    const old = drawn.get(message.ts);
    if (old && edited && old.edited) return old; // what is being typed outlives what happens around it
    if (old && old.message === message && old.look === look) return old;
    const box = edited ? editBox(message, () => startEditing(null)) : null;
    return { node: drawMessage(message, { compact, inThread, editing: box }, doings), message, look, edited };
  }

  function refresh() {
    const nodes = held.intro ? [held.intro] : [];
    const next = new Map();
    held.messages.forEach((message, index) => {
      const before = held.messages[index - 1];
      const newDay = !before || dayKey(before.ts) !== dayKey(message.ts);
      if (newDay && !inThread) nodes.push(dayDivider(items, message.ts));
      if (inThread && index === 1) nodes.push(replyDivider(held.messages.length - 1));
      const entry = nodeOf(message, !newDay && follows(before, message) && !(inThread && index === 1));
      next.set(message.ts, entry);
      nodes.push(entry.node);
    });
    keepingFocus(() => arrange(items, nodes));
    drawn = next;
    if (pinned) follow();
    jump.hidden = nearBottom();
  }

  return {
    root,
    /** @param {{intro: Node|null, messages: Message[], fresh: boolean}} shown fresh: another list than before */
    update({ intro, messages, fresh }) {
      const before = held.messages.at(-1)?.ts ?? "";
      if (!fresh) tellNews(drawn, messages);
      if (fresh) editing = null;
      held = { intro, messages };
      refresh();
      const last = messages.at(-1);
      if (fresh) pinned = true;
      if (fresh) follow();
      else if (last && last.ts > before && last.user === state.me) toBottom(false);
    },
    toBottom,
    /** Edits the last message that the person wrote. */
    editLast() {
      const last = held.messages.findLast((message) => message.user === state.me && !message.ephemeral);
      if (last) startEditing(last.ts);
    },
  };
}

/** Where the last message begins, with the short question above it. @param {Element} items */
function beginning(items) {
  const all = /** @type {HTMLElement[]} */ ([...items.children]);
  const last = all.at(-1);
  if (!last?.matches(".message")) return Infinity;
  const first = all.slice(-3).find((one) => last.offsetTop - one.offsetTop < QUESTION_HEIGHT) ?? last;
  return Math.max(0, first.offsetTop - 12);
}

/** Whether a message joins the one above it under one name. @param {Message|undefined} before @param {Message} message */
function follows(before, message) {
  return Boolean(before && before.user === message.user && before.username === message.username && !before.ephemeral && !message.ephemeral
    && !before.reply_count && Number.parseFloat(message.ts) - Number.parseFloat(before.ts) < GROUP_SECONDS);
}

/** @param {Element} items @param {string} ts */
function dayDivider(items, ts) {
  const words = dayWords(ts);
  const old = items.querySelector(`[data-day="${dayKey(ts)}"]`);
  if (old?.textContent === words) return old;
  return h("div", { class: "day", role: "separator", "aria-label": words, "data-day": dayKey(ts) }, h("span", null, words));
}

/** @param {number} count */
const replyDivider = (count) => h("div", { class: "reply-divider" }, h("span", null, count === 1 ? "1 reply" : `${count} replies`));

/** Says new messages of others, once they are whole. @param {Map<string, {message: Message}>} drawn @param {Message[]} messages */
function tellNews(drawn, messages) {
  for (const message of messages.slice(-5)) {
    const old = drawn.get(message.ts)?.message;
    const whole = !message.streaming && (old ? old.streaming : true);
    if (whole && message.user !== state.me && (message.text || !old)) announce(`${userName(message.user)}: ${message.text.slice(0, 600)}`);
  }
}

/** Arrow keys walk from message to message. @param {KeyboardEvent} event @param {Element} items */
function walk(event, items) {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.matches("textarea, input, select")) return;
  const all = /** @type {HTMLElement[]} */ ([...items.querySelectorAll(".message")]);
  const at = all.indexOf(/** @type {HTMLElement} */ (target.closest(".message")));
  const next = at < 0 ? all.length - 1 : at + (event.key === "ArrowUp" ? -1 : 1);
  if (!all[next]) return;
  event.preventDefault();
  all[next].focus();
}

/** The text as its author typed it. @param {string} text */
function typedText(text) {
  return text
    .replaceAll(/<@([A-Z0-9]+)>/g, (whole, id) => `@${state.workspace?.users.find((user) => user.id === id)?.name ?? id}`)
    .replaceAll(/<#[A-Z0-9]+\|([^>]*)>/g, "#$1")
    .replaceAll(/<((?:https?:|mailto:)[^>|]+)>/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** @param {Message} message @param {() => void} done */
function editBox(message, done) {
  const input = /** @type {HTMLTextAreaElement} */ (h("textarea", { rows: 2, "aria-label": "Edit the message" }));
  input.value = typedText(message.text);
  const save = async () => {
    const text = input.value.trim();
    if (!text) return toast("A message cannot be empty; delete it instead.", "error");
    if (await tried(() => api.edit(state.me, message.channel, message.ts, text))) done();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") done();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return h("div", { class: "edit-box" }, input, h("div", { class: "edit-buttons" },
    h("button", { type: "button", class: "button", onclick: done }, "Cancel"),
    h("button", { type: "button", class: "button primary", onclick: save }, "Save")));
}

/** Keeps "5 minutes ago" true. */
export function refreshAgo() {
  for (const element of document.querySelectorAll("[data-ago]")) {
    element.textContent = agoWords(/** @type {HTMLElement} */ (element).dataset.ago ?? "0");
  }
}
