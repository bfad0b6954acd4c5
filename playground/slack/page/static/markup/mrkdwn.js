// Reads Slack's own mrkdwn (*bold*, _italic_, ~strike~, `code`, fences, > quotes) into a tree; draws nothing.

import { commonAt, joined, unescaped, words } from "./inline.js";

/** @typedef {import("./inline.js").Inline} Inline @typedef {import("./markdown.js").Piece} Piece */

const MARKS = /** @type {Record<string, "b"|"i"|"s">} */ ({ "*": "b", _: "i", "~": "s" });
const WORD = /[\p{L}\p{N}]/u;

/** @param {string} text @returns {Piece[]} */
export function readMrkdwn(text) {
  /** @type {Piece[]} */
  const pieces = [];
  text.split("```").forEach((part, index, parts) => {
    const fenced = index % 2 === 1;
    if (fenced && index < parts.length - 1) pieces.push(fence(part));
    else pieces.push(...readLines(fenced ? "```" + part : trimmedAround(part, index, parts.length)));
  });
  return pieces;
}

/** @param {string} part @returns {Piece} */
function fence(part) {
  return { t: "code", lang: "", text: unescaped(part.replace(/^\n/, "").replace(/\n$/, "")) };
}

/** A fence swallows the line ends that touch it. @param {string} part @param {number} index @param {number} count */
function trimmedAround(part, index, count) {
  let text = part;
  if (index > 0) text = text.replace(/^\n/, "");
  if (index < count - 1) text = text.replace(/\n$/, "");
  return text;
}

/** @param {string} text @returns {Piece[]} */
function readLines(text) {
  if (!text) return [];
  /** @type {Piece[]} */
  const pieces = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    const quoted = isQuote(lines[at]);
    let end = at;
    while (end < lines.length && isQuote(lines[end]) === quoted) end += 1;
    const run = lines.slice(at, end);
    if (quoted) pieces.push({ t: "quote", c: [{ t: "p", c: readLine(run.map(unquoted).join("\n")) }] });
    else pieces.push({ t: "p", c: readLine(run.join("\n")) });
    at = end;
  }
  return pieces;
}

/** @param {string} line */
const isQuote = (line) => line.startsWith(">") || line.startsWith("&gt;");
/** @param {string} line */
const unquoted = (line) => line.replace(/^(?:>|&gt;)\s?/, "");

/** @param {string} text @returns {Inline[]} */
export function readLine(text) {
  return joined(readSpan(text, ""));
}

/** @param {string} text @param {string} open marks already open around this span @returns {Inline[]} */
function readSpan(text, open) {
  /** @type {Inline[]} */
  const nodes = [];
  const hopeless = new Set();
  for (let at = 0; at < text.length; ) {
    const found = commonAt(text, at, false) ?? codeAt(text, at) ?? markAt(text, at, open, hopeless);
    nodes.push(found ? found.node : words(text[at]));
    at = found ? found.next : at + 1;
  }
  return nodes;
}

/** @param {string} text @param {number} index @returns {import("./inline.js").Found|null} */
function codeAt(text, index) {
  if (text[index] !== "`") return null;
  const end = text.indexOf("`", index + 1);
  const inside = text.slice(index + 1, end);
  if (end < 0 || !inside || inside.includes("\n")) return null;
  return { node: { t: "code", text: unescaped(inside) }, next: end + 1 };
}

/**
 * @param {string} text @param {number} index @param {string} open @param {Set<string>} hopeless marks with no close ahead
 * @returns {import("./inline.js").Found|null}
 */
function markAt(text, index, open, hopeless) {
  const mark = text[index];
  if (!(mark in MARKS) || open.includes(mark) || hopeless.has(mark)) return null;
  if (WORD.test(text[index - 1] ?? " ") || /\s/.test(text[index + 1] ?? " ") || text[index + 1] === mark) return null;
  const end = closing(text, index, mark);
  if (end === "never") hopeless.add(mark);
  if (typeof end === "string") return null;
  return { node: { t: MARKS[mark], c: joined(readSpan(text.slice(index + 1, end), open + mark)) }, next: end + 1 };
}

/** Where a mark closes on its own line. @param {string} text @param {number} index @param {string} mark */
function closing(text, index, mark) {
  for (let at = index + 1; at < text.length; at += 1) {
    if (text[at] === "\n") return "not here";
    if (text[at] === "`") at = Math.max(at, text.indexOf("`", at + 1));
    else if (text[at] === mark && !/\s/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? " ")) return at;
  }
  return "never";
}
