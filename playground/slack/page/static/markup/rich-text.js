// Draws Slack's rich_text blocks: sections, lists, quotes, preformatted text and their styled pieces.

import { dateOf, fullTimeOf } from "../state/clock.js";
import { h } from "../widgets/dom.js";
import { emojiOf } from "./emoji.js";
import { drawChannel, drawCode, drawEmoji, drawLink, drawMention } from "./render-markup.js";

/** @typedef {{type: string, elements?: any[], [key: string]: any}} Rich */

/** @param {Rich} block */
export function drawRichText(block) {
  return h("div", { class: "markup" }, (block.elements ?? []).map(drawPart));
}

/** @param {Rich} part @returns {HTMLElement} */
function drawPart(part) {
  const pieces = part.elements ?? [];
  if (part.type === "rich_text_preformatted") return drawCode(pieces.map((piece) => piece.text ?? piece.url ?? "").join(""), part.language ?? "");
  if (part.type === "rich_text_quote") return h("blockquote", null, h("p", null, pieces.map(drawPiece)));
  if (part.type === "rich_text_list") return drawList(part);
  return h("p", null, pieces.map(drawPiece));
}

/** @param {Rich} list */
function drawList(list) {
  const indent = Math.min(Math.max(Number(list.indent) || 0, 0), 6);
  const ordered = list.style === "ordered";
  return h(ordered ? "ol" : "ul", { class: `indent-${indent}`, start: ordered && list.offset ? Number(list.offset) + 1 : null },
    (list.elements ?? []).map((item) => h("li", null, (item.elements ?? []).map(drawPiece))));
}

/** @param {Rich} piece @returns {Node} */
function drawPiece(piece) {
  return styled(bare(piece), piece.style ?? {});
}

/** @param {Rich} piece @returns {Node} */
function bare(piece) {
  switch (piece.type) {
    case "text": return h("span", null, lines(piece.text));
    case "link": return drawLink(piece.url, [document.createTextNode(piece.text || piece.url)]);
    case "user": return drawMention(piece.user_id);
    case "channel": return drawChannel(piece.channel_id);
    case "broadcast": return h("span", { class: "mention mention-me" }, `@${piece.range}`);
    case "emoji": return emojiOf(piece.name) ? drawEmoji(piece.name, emojiOf(piece.name) ?? "") : document.createTextNode(`:${piece.name}:`);
    case "date": return h("time", { datetime: dateOf(String(piece.timestamp)).toISOString() }, piece.fallback ?? fullTimeOf(String(piece.timestamp)));
    case "color": return h("code", null, piece.value);
    default: return document.createTextNode(piece.text ?? piece.fallback ?? "");
  }
}

/** @param {string} text */
const lines = (text) => text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));

/** @param {Node} node @param {{bold?: boolean, italic?: boolean, strike?: boolean, code?: boolean}} style */
function styled(node, style) {
  let out = node;
  if (style.code) out = h("code", { translate: "no" }, out);
  if (style.strike) out = h("s", null, out);
  if (style.italic) out = h("em", null, out);
  if (style.bold) out = h("strong", null, out);
  return out;
}
