// Reads what Slack's mrkdwn and standard Markdown share inside a line: Slack's angle brackets, entities, emoji, bare links.

import { slackDate } from "../state/clock.js";
import { emojiAt } from "./emoji.js";
import { bareAddressAt, safeAddress } from "./links.js";

/**
 * @typedef {{t: "text", text: string} | {t: "code", text: string} | {t: "break"} | {t: "emoji", name: string, text: string}
 *   | {t: "b"|"i"|"s", c: Inline[]} | {t: "link", url: string, c: Inline[]} | {t: "image", alt: string}
 *   | {t: "user", id: string} | {t: "channel", id: string, name: string} | {t: "broadcast", name: string}} Inline
 * @typedef {{node: Inline, next: number}} Found
 */

const ENTITIES = /** @type {Record<string, string>} */ ({
  "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": "\u00a0",
});

/** A text with its few entities read. @param {string} text */
export function unescaped(text) {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity]);
}

/** @param {string} text @returns {Inline} */
export const words = (text) => ({ t: "text", text });

/** What a "<…>" stands for: a person, a channel, a broadcast, a date, an address, a line break; else null.
 * @param {string} text @param {number} index @returns {Found|null} */
export function bracketAt(text, index) {
  const end = text.indexOf(">", index + 1);
  if (end < 0 || end - index > 3000) return null;
  const inside = text.slice(index + 1, end);
  const node = bracketNode(inside);
  return node ? { node, next: end + 1 } : null;
}

/** @param {string} inside @returns {Inline|null} */
function bracketNode(inside) {
  if (/^br\s*\/?$/i.test(inside)) return { t: "break" };
  const [head, label = ""] = cut(inside, "|");
  if (/^@[A-Z0-9]+$/.test(head)) return { t: "user", id: head.slice(1) };
  if (/^#[A-Z0-9]+$/.test(head)) return { t: "channel", id: head.slice(1), name: unescaped(label) };
  if (head.startsWith("!")) return commandNode(head.slice(1), unescaped(label));
  if (!/^(?:https?:\/\/|mailto:|\/files\/)/i.test(head)) return null;
  const url = safeAddress(unescaped(head));
  return url ? { t: "link", url, c: [words(unescaped(label) || unescaped(head).replace(/^mailto:/, ""))] } : null;
}

/** @param {string} command @param {string} label @returns {Inline|null} */
function commandNode(command, label) {
  if (/^(?:here|channel|everyone)$/.test(command)) return { t: "broadcast", name: command };
  if (command.startsWith("subteam^")) return { t: "broadcast", name: label.replace(/^@/, "") || "group" };
  if (!command.startsWith("date^")) return null;
  const [, seconds, format = ""] = command.split("^");
  return words(slackDate(Number(seconds), format, label));
}

/** @param {string} text @param {string} separator @returns {[string, string?]} */
function cut(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** What both dialects read at this place: an entity, a bracket, an emoji, a line's end, a bare address.
 * @param {string} text @param {number} index @param {boolean} inLink @returns {Found|null} */
export function commonAt(text, index, inLink) {
  const character = text[index];
  if (character === "\n") return { node: { t: "break" }, next: index + 1 };
  if (character === "<") return bracketAt(text, index);
  if (character === "&") return entityAt(text, index);
  if (character === ":") {
    const emoji = emojiAt(text, index);
    return emoji && { node: { t: "emoji", name: emoji.name, text: emoji.character }, next: emoji.next };
  }
  if (character === "h" && !inLink && !/[\p{L}\p{N}]/u.test(text[index - 1] ?? " ")) {
    const url = bareAddressAt(text, index);
    return url ? { node: { t: "link", url, c: [words(url)] }, next: index + url.length } : null;
  }
  return null;
}

/** @param {string} text @param {number} index @returns {Found|null} */
function entityAt(text, index) {
  const entity = /^&(?:amp|lt|gt|quot|#39|nbsp);/.exec(text.slice(index, index + 6))?.[0];
  return entity ? { node: words(ENTITIES[entity]), next: index + entity.length } : null;
}

/** Joins neighbouring texts, so that the DOM holds few nodes. @param {Inline[]} nodes @returns {Inline[]} */
export function joined(nodes) {
  /** @type {Inline[]} */
  const out = [];
  for (const node of nodes) {
    const last = out.at(-1);
    if (node.t === "text" && last?.t === "text") out[out.length - 1] = words(last.text + node.text);
    else out.push(node);
  }
  return out;
}
