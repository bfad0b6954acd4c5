// Draws a tree of Markdown or mrkdwn as DOM nodes. Decides how text looks; what it means is read elsewhere.

import { h } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";
import { readMarkdown } from "./markdown.js";
import { readLine, readMrkdwn } from "./mrkdwn.js";
import { withEmoji } from "./emoji.js";
import { safeAddress } from "./links.js";
import { channelName, state, userName } from "../state/state.js";

/** @typedef {import("./inline.js").Inline} Inline @typedef {import("./markdown.js").Piece} Piece */

/** Standard Markdown, as Slack's streams and markdown blocks hold it. @param {string} text @returns {HTMLElement} */
export function renderMarkdown(text) {
  return h("div", { class: "markup" }, readMarkdown(text).map(drawPiece));
}

/** Slack's mrkdwn. @param {string} text @returns {HTMLElement} */
export function renderMrkdwn(text) {
  return h("div", { class: "markup" }, readMrkdwn(text).map(drawPiece));
}

/** Slack's mrkdwn on one line, for labels. @param {string} text @returns {Node[]} */
export function renderMrkdwnLine(text) {
  return readLine(text).map(drawInline);
}

/** A Block Kit text object. @param {import("../state/types.js").TextObject|undefined} text @returns {HTMLElement} */
export function renderText(text) {
  if (text?.type === "mrkdwn") return renderMrkdwn(text.text);
  return h("div", { class: "markup plain" }, plainText(text));
}

/** The characters of a plain_text object. @param {import("../state/types.js").TextObject|undefined} text */
export function plainText(text) {
  return text?.emoji === false ? text.text : withEmoji(text?.text ?? "");
}

/** @param {Piece} piece @returns {HTMLElement} */
export function drawPiece(piece) {
  switch (piece.t) {
    case "p": return h("p", null, piece.c.map(drawInline));
    case "heading": return h("p", { class: `heading heading-${Math.min(piece.level, 4)}`, role: "heading", "aria-level": Math.min(piece.level + 2, 6) }, piece.c.map(drawInline));
    case "code": return drawCode(piece.text, piece.lang);
    case "quote": return h("blockquote", null, piece.c.map(drawPiece));
    case "list": return drawList(piece);
    case "table": return drawTable(piece.aligns, piece.head.map((cell) => cell.map(drawInline)), piece.rows.map((row) => row.map((cell) => cell.map(drawInline))));
    case "rule": return h("hr");
  }
}

/** @param {Extract<Piece, {t: "list"}>} list */
function drawList(list) {
  const items = list.items.map((item) => {
    const lone = item.c.length > 0 && item.c[0].t === "p";
    const first = lone ? /** @type {Extract<Piece, {t: "p"}>} */ (item.c[0]).c.map(drawInline) : [];
    const box = item.checked === null ? null : h("input", { type: "checkbox", disabled: true, checked: item.checked, "aria-label": item.checked ? "done" : "to do" });
    return h("li", { class: box && "task" }, box, first, item.c.slice(lone ? 1 : 0).map(drawPiece));
  });
  return h(list.ordered ? "ol" : "ul", { start: list.ordered && list.start !== 1 ? list.start : null }, items);
}

/**
 * A table that scrolls sideways by itself.
 * @param {(import("./markdown.js").Align)[]} aligns @param {Node[][]} head @param {Node[][][]} rows
 */
export function drawTable(aligns, head, rows) {
  const cell = (/** @type {string} */ tag, /** @type {Node[]} */ nodes, /** @type {number} */ column) =>
    h(tag, { class: aligns[column] ? `align-${aligns[column]}` : null, scope: tag === "th" ? "col" : null }, nodes);
  return h("div", { class: "table", tabindex: 0, role: "region", "aria-label": "Table" },
    h("table", null,
      h("thead", null, h("tr", null, head.map((nodes, column) => cell("th", nodes, column)))),
      h("tbody", null, rows.map((row) => h("tr", null, row.map((nodes, column) => cell("td", nodes, column)))))));
}

/** A block of code with its language and a button that copies it. @param {string} text @param {string} [lang] */
export function drawCode(text, lang = "") {
  const label = h("span", { class: "code-lang" }, lang || "code");
  const copy = h("button", { type: "button", class: "code-copy", "aria-label": "Copy the code" }, icon("copy"), h("span", null, "Copy"));
  copy.addEventListener("click", () => copyText(text, copy));
  return h("figure", { class: "code" }, h("figcaption", null, label, copy), h("pre", { tabindex: 0 }, h("code", { translate: "no" }, text)));
}

/** @param {string} text @param {HTMLElement} button */
async function copyText(text, button) {
  const label = /** @type {HTMLElement} */ (button.querySelector("span"));
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = "Copied";
  } catch {
    label.textContent = "Select and copy by hand";
  }
  setTimeout(() => (label.textContent = "Copy"), 2500);
}

/** @param {Inline} node @returns {Node} */
export function drawInline(node) {
  switch (node.t) {
    case "text": return document.createTextNode(node.text);
    case "break": return h("br");
    case "b": return h("strong", null, node.c.map(drawInline));
    case "i": return h("em", null, node.c.map(drawInline));
    case "s": return h("s", null, node.c.map(drawInline));
    case "code": return h("code", { translate: "no" }, node.text);
    case "emoji": return drawEmoji(node.name, node.text);
    case "image": return drawImageWords(node.alt);
    case "link": return drawLink(node.url, node.c.map(drawInline));
    case "user": return drawMention(node.id);
    case "channel": return drawChannel(node.id, node.name);
    case "broadcast": return h("span", { class: "mention mention-me" }, `@${node.name}`);
  }
}

/** What stands for a picture: its words. Pictures are never loaded, since their addresses lead elsewhere. @param {string} [alt] */
export const drawImageWords = (alt) => h("span", { class: "image-words", title: "Pictures are not loaded here" }, icon("picture"), alt || "picture");

/** @param {string} name @param {string} character */
export function drawEmoji(name, character) {
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, character);
}

/** A link that opens elsewhere; a bare number such as [1] is drawn as a citation. An address that may not be followed
 * stays text. @param {string} url @param {Node[]} children @returns {HTMLElement} */
export function drawLink(url, children) {
  const address = safeAddress(url);
  if (!address) return h("span", null, children);
  const citation = /^\[?\d{1,2}\]?$/.test(children.map((child) => child.textContent).join(""));
  return h("a", { href: address, target: "_blank", rel: "noopener", class: citation && "citation" }, children);
}

/** @param {string} id */
export function drawMention(id) {
  return h("span", { class: ["mention", id === state.me && "mention-me"], "data-user": id }, `@${userName(id)}`);
}

/** @param {string} id @param {string} [name] */
export function drawChannel(id, name) {
  const known = channelName(id) ?? name;
  return known && channelName(id)
    ? h("a", { class: "mention", href: `#/c/${encodeURIComponent(id)}` }, `#${known}`)
    : h("span", { class: "mention" }, `#${known || "private channel"}`);
}

/** Puts the caret of a text that is still being written behind its last word. @param {HTMLElement} markup */
export function addCaret(markup) {
  let last = /** @type {Element} */ (markup);
  for (let next = lastBlock(last); next; next = lastBlock(last)) last = next;
  last.append(h("span", { class: "caret", "aria-hidden": "true" }));
}

/** @param {Element} element @returns {Element|null} */
function lastBlock(element) {
  const last = element.lastElementChild;
  if (!last || (last.nextSibling && last.nextSibling.textContent?.trim())) return null;
  return last.matches("p, ul, ol, li, blockquote, figure, pre, pre code, .table, table, tbody, tr, td") ? last : null;
}
