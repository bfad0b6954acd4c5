// Draws one message: face, name, time, text or blocks, tasks, files, reactions, replies, and what may be done with it.

import { avatar } from "../widgets/avatar.js";
import { renderBlocks } from "../markup/blocks.js";
import { agoWords, fullTimeOf, timeOf } from "../state/clock.js";
import { h } from "../widgets/dom.js";
import { token } from "../state/api.js";
import { emojiOf } from "../markup/emoji.js";
import { icon } from "../widgets/icons.js";
import { languageOf } from "../state/language.js";
import { unescaped } from "../markup/inline.js";
import { safeAddress } from "../markup/links.js";
import { addCaret, renderMarkdown, renderMrkdwn } from "../markup/render-markup.js";
import { state, statusWords, userName, userOf } from "../state/state.js";

/**
 * @typedef {import("../state/types.js").Message} Message
 * @typedef {import("../state/types.js").Task} Task
 * @typedef {{reply?: (message: Message) => void, edit: (message: Message) => void, remove: (message: Message) => void,
 *            shortcut: (message: Message, callbackId: string) => void,
 *            act: (origin: {channel: string, ts: string}, action: object) => Promise<void>}} Doings
 * @typedef {{compact: boolean, inThread: boolean, editing: HTMLElement|null}} Look
 */

/** @param {Message} message @param {Look} look @param {Doings} doings @returns {HTMLElement} */
export function drawMessage(message, look, doings) {
  const name = authorName(message);
  return h("article", {
    class: ["message", look.compact && "compact", message.ephemeral && "ephemeral"],
    "data-testid": "message", "data-ts": message.ts, "data-user": message.user,
    "data-streaming": String(Boolean(message.streaming)), "data-ephemeral": message.ephemeral ? "true" : null,
    "aria-label": `${name}, ${timeOf(message.ts)}`, "aria-busy": message.streaming ? "true" : null, tabindex: -1,
  },
    h("div", { class: "gutter" }, look.compact ? stamp(message) : avatar(message.user, { name })),
    h("div", { class: "body" },
      message.ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      !look.compact && headline(message, name),
      look.editing ?? content(message, doings),
      reactions(message),
      !look.inThread && summary(message, doings)),
    toolbar(message, look, doings));
}

/** @param {Message} message */
export const authorName = (message) => userOf(message.user)?.real_name || message.username || userName(message.user);

/** @param {Message} message @param {string} name */
function headline(message, name) {
  return h("header", { class: "headline" }, h("span", { class: "author" }, name),
    userOf(message.user)?.is_bot && h("span", { class: "badge" }, h("abbr", { title: "Application: a bot wrote this" }, "APP")), stamp(message));
}

/** @param {Message} message */
const stamp = (message) =>
  h("time", { class: "stamp", datetime: new Date(Number.parseFloat(message.ts) * 1000).toISOString(), title: fullTimeOf(message.ts) }, timeOf(message.ts));

/** Streamed text stands above the blocks that close it; elsewhere blocks stand for the text, as in Slack.
 * @param {Message} message @param {Doings} doings */
function content(message, doings) {
  const blocks = message.blocks ?? [];
  const showsText = (message.text || message.parts) && (message.markdown || message.streaming || blocks.length === 0);
  const origin = { channel: message.channel, ts: message.ts };
  return h("div", { class: "content" },
    tasks(message),
    showsText && textOf(message),
    message.streaming && !showsText && h("p", { class: "caret-line" }, h("span", { class: "caret", "aria-hidden": "true" })),
    blocks.length > 0 && renderBlocks(blocks, { origin, act: (action) => doings.act(origin, action), inputs: [] }),
    files(message));
}

/** @param {Message} message */
function textOf(message) {
  const markup = message.parts ? partsOf(message.parts) : message.markdown ? renderMarkdown(message.text) : renderMrkdwn(message.text);
  markup.dataset.testid = "message-text";
  const lang = languageOf(message.text);
  if (lang) markup.lang = lang;
  if (message.streaming) addCaret(markup);
  if (message.edited) (markup.querySelector(":scope > p:last-child") ?? markup).append(h("span", { class: "edited" }, " (edited)"));
  return markup;
}

/** The text of a stream with the blocks inside it. @param {(string|import("../state/types.js").Block)[]} parts */
function partsOf(parts) {
  const drawn = parts.map((part) => typeof part === "string" ? [...renderMarkdown(part).childNodes] : renderBlocks([part], { origin: {}, act: async () => {}, inputs: [] }));
  return h("div", { class: "markup" }, drawn.flat());
}

const TASK_WORDS = /** @type {Record<string, string>} */ ({
  pending: "waiting", in_progress: "under way", complete: "done", error: "failed",
});

/** @param {Message} message */
function tasks(message) {
  if (!message.tasks?.length) return null;
  const list = h("ul", { class: "tasks", "aria-label": "Steps" }, message.tasks.map((task) =>
    h("li", { class: `task-step ${task.status}` }, h("span", { class: "task-mark", "aria-hidden": "true" }),
      h("span", null, task.title, h("span", { class: "unseen" }, ` (${TASK_WORDS[task.status] ?? task.status})`),
        taskSources(task)))));
  if (message.plan == null) return list;
  return h("details", { class: "plan", open: message.streaming }, h("summary", null, message.plan), list);
}

/** @param {Task} task */
function taskSources(task) {
  const links = (task.sources ?? []).map((one) => {
    const address = safeAddress(one.url);
    return address ? h("a", { href: address, target: "_blank", rel: "noopener" }, unescaped(one.text)) : h("span", null, unescaped(one.text));
  });
  const named = task.output ? [h("span", null, unescaped(task.output))] : [];
  return links.length + named.length > 0 && h("span", { class: "task-sources" }, [...links, ...named]);
}

/** @param {Message} message */
function files(message) {
  const links = (message.files ?? []).map((file) => {
    if (file.picture) return pictureOf(file);
    const address = safeAddress(file.url);
    const inside = [icon("file"), h("span", null, file.name)];
    return address ? h("a", { class: "attachment", href: address, target: "_blank", rel: "noopener" }, inside) : h("span", { class: "attachment" }, inside);
  });
  return links.length > 0 && h("div", { class: "attachments" }, links);
}

/** @param {{name: string, picture?: string, words?: string}} file */
function pictureOf(file) {
  const image = h("img", { src: `${file.picture}?token=${token}`, alt: file.words ?? file.name, "data-testid": "picture" });
  return h("figure", { class: "picture" }, h("figcaption", null, file.name), image);
}

/** @param {Message} message */
function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, message.reactions.map((reaction) => {
    const who = reaction.users.map(userName).join(", ");
    return h("li", { class: ["reaction", reaction.users.includes(state.me) && "mine"], title: `${who} reacted with :${reaction.name}:` },
      h("span", { role: "img", "aria-label": reaction.name.replaceAll("_", " ") }, emojiOf(reaction.name) ?? `:${reaction.name}:`), h("span", null, reaction.users.length));
  }));
}

/** @param {Message} message @param {Doings} doings */
function summary(message, doings) {
  const working = statusWords(message.channel, message.ts);
  const open = state.thread?.ts === message.ts && state.thread.channel === message.channel;
  if (!message.reply_count && (!working || open)) return null;
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", { type: "button", class: ["summary", open && "open"], "data-testid": "thread-summary", "data-focus": `summary-${message.ts}`, onclick: () => doings.reply?.(message) },
    h("span", { class: "summary-faces" }, (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, { size: "small" }))),
    message.reply_count > 0 && h("span", { class: "summary-count" }, count),
    working ? h("span", { class: "summary-status" }, working)
      : h("span", { class: "summary-last" }, "last reply ", h("span", { "data-ago": message.latest_reply ?? message.ts }, agoWords(message.latest_reply ?? message.ts))),
    h("span", { class: "summary-open", "aria-hidden": "true" }, "View thread"));
}

/** @param {Message} message @param {Look} look @param {Doings} doings */
function toolbar(message, look, doings) {
  const mine = message.user === state.me && !message.ephemeral;
  const button = (/** @type {string} */ name, /** @type {string} */ label, /** @type {() => void} */ run) =>
    h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "data-focus": `${name}-${message.ts}-${look.inThread}`, onclick: run }, icon(name));
  const buttons = [
    !look.inThread && !message.ephemeral && doings.reply && button("reply", "Reply in thread", () => doings.reply?.(message)),
    mine && button("edit", "Edit", () => doings.edit(message)),
    mine && button("trash", "Delete", () => doings.remove(message)),
    !message.ephemeral && shortcuts(message, look, doings),
  ].filter(Boolean);
  return buttons.length > 0 && !look.editing ? h("div", { class: "toolbar", role: "group", "aria-label": "Message actions" }, buttons) : null;
}

/** The app's shortcuts, in a menu. @param {Message} message @param {Look} look @param {Doings} doings */
function shortcuts(message, look, doings) {
  const known = state.workspace?.shortcuts ?? [];
  if (known.length === 0) return null;
  const show = (/** @type {boolean} */ shown) => {
    menu.hidden = !shown;
    more.setAttribute("aria-expanded", String(shown));
    if (shown) menu.querySelector("button")?.focus();
  };
  const more = h("button", { type: "button", class: "icon-button", "aria-label": "More actions", title: "More actions", "aria-haspopup": "menu", "aria-expanded": "false",
    "data-testid": "message-menu", "data-focus": `more-${message.ts}-${look.inThread}`, onclick: () => show(menu.hidden) }, icon("more"));
  const menu = h("div", { class: "menu", role: "menu", hidden: true }, known.map((one) =>
    h("button", { type: "button", role: "menuitem", "data-testid": "shortcut", "data-callback": one.callback_id, onclick: () => {
      show(false);
      doings.shortcut(message, one.callback_id);
    } }, icon("spark"), one.name)));
  const box = h("span", { class: "menu-box" }, more, menu);
  box.addEventListener("focusout", (event) => {
    if (!box.contains(/** @type {Node|null} */ (event.relatedTarget))) show(false);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    event.preventDefault();
    show(false);
    more.focus();
  });
  return box;
}
