// Reads standard Markdown (headings, lists, quotes, fences, tables, rules) into a tree; forgiving, as models write it.

import { unescaped } from "./inline.js";
import { readInline } from "./markdown-inline.js";

/**
 * @typedef {import("./inline.js").Inline} Inline
 * @typedef {"left"|"center"|"right"|""} Align
 * @typedef {{c: Piece[], checked: boolean|null}} Item
 * @typedef {{t: "p", c: Inline[]} | {t: "heading", level: number, c: Inline[]} | {t: "code", lang: string, text: string}
 *   | {t: "quote", c: Piece[]} | {t: "list", ordered: boolean, start: number, items: Item[]} | {t: "rule"}
 *   | {t: "table", aligns: Align[], head: Inline[][], rows: Inline[][][]}} Piece
 */

const DEPTH = 8;
const MARKER = /^( *)([-*+•]|\d{1,9}[.)])( +|$)/;

/** @param {string} text @returns {Piece[]} */
export function readMarkdown(text) {
  return readPieces(text.replaceAll("\r\n", "\n").replaceAll("\t", "    ").split("\n"), 0);
}

/** @param {string[]} lines @param {number} depth @returns {Piece[]} */
function readPieces(lines, depth) {
  /** @type {Piece[]} */
  const pieces = [];
  for (let at = 0; at < lines.length; ) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const { piece, next } = pieceAt(lines, at, depth);
    pieces.push(piece);
    at = next;
  }
  return pieces;
}

/** @param {string[]} lines @param {number} at @param {number} depth @returns {{piece: Piece, next: number}} */
function pieceAt(lines, at, depth) {
  const line = lines[at];
  if (fenceOf(line)) return readFence(lines, at);
  const heading = headingOf(line);
  if (heading) return { piece: heading, next: at + 1 };
  if (isRule(line)) return { piece: { t: "rule" }, next: at + 1 };
  if (isTable(lines, at)) return readTable(lines, at);
  if (depth < DEPTH && isQuote(line)) return readQuote(lines, at, depth);
  if (depth < DEPTH && MARKER.test(line)) return readList(lines, at, depth);
  return readParagraph(lines, at);
}

/** @param {string} line */
function fenceOf(line) {
  const found = /^ {0,3}(`{3,}|~{3,})([^`]*)$/.exec(line);
  return found && { mark: found[1], lang: found[2].trim().split(/\s/)[0] };
}

/** @param {string[]} lines @param {number} at @returns {{piece: Piece, next: number}} */
function readFence(lines, at) {
  const open = /** @type {{mark: string, lang: string}} */ (fenceOf(lines[at]));
  let end = at + 1;
  const closes = (/** @type {string} */ line) => {
    const bare = line.trim();
    return bare.length >= open.mark.length && bare === open.mark[0].repeat(bare.length);
  };
  while (end < lines.length && !closes(lines[end])) end += 1;
  const text = unescaped(lines.slice(at + 1, end).join("\n")).replace(/\n$/, "");
  return { piece: { t: "code", lang: open.lang, text }, next: end + 1 };
}

/** @param {string} line @returns {Piece|null} */
function headingOf(line) {
  const found = /^ {0,3}(#{1,6})(?: |$)/.exec(line);
  if (!found) return null;
  let text = line.slice(found[0].length).trim();
  const closing = /(^| )#+$/.exec(text);
  if (closing) text = text.slice(0, closing.index).trimEnd();
  return { t: "heading", level: found[1].length, c: readInline(text) };
}

/** @param {string} line */
function isRule(line) {
  const bare = line.replaceAll(" ", "");
  return bare.length >= 3 && "-*_".includes(bare[0]) && bare === bare[0].repeat(bare.length);
}

/** @param {string} line */
const isQuote = (line) => /^ {0,3}(?:>|&gt;)/.test(line);

/** @param {string[]} lines @param {number} at @param {number} depth @returns {{piece: Piece, next: number}} */
function readQuote(lines, at, depth) {
  let end = at;
  while (end < lines.length && isQuote(lines[end])) end += 1;
  const inside = lines.slice(at, end).map((line) => line.replace(/^ {0,3}(?:>|&gt;) ?/, ""));
  return { piece: { t: "quote", c: readPieces(inside, depth + 1) }, next: end };
}

/** @param {string[]} lines @param {number} at @returns {{piece: Piece, next: number}} */
function readParagraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !interrupts(lines, end)) end += 1;
  const text = lines.slice(at, end).map((line) => line.trim()).join("\n");
  return { piece: { t: "p", c: readInline(text) }, next: end };
}

/** Whether a line ends the paragraph above it. @param {string[]} lines @param {number} at */
function interrupts(lines, at) {
  const line = lines[at];
  return Boolean(fenceOf(line) || headingOf(line) || isRule(line) || isQuote(line) || isTable(lines, at) || MARKER.test(line));
}

/** @param {string} line */
const indentOf = (line) => line.length - line.trimStart().length;

/** @param {string[]} lines @param {number} at @param {number} depth @returns {{piece: Piece, next: number}} */
function readList(lines, at, depth) {
  const first = /** @type {RegExpExecArray} */ (MARKER.exec(lines[at]));
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  /** @type {Item[]} */
  const items = [];
  let next = at;
  for (;;) {
    next = skipBlank(lines, next);
    const marker = MARKER.exec(lines[next] ?? "");
    const sibling = marker && Math.abs(marker[1].length - indent) < 2 && /\d/.test(marker[2]) === ordered;
    if (!marker || !sibling || isRule(lines[next])) break;
    const end = itemEnd(lines, next, indent);
    items.push(readItem(lines.slice(next, end), marker, depth));
    next = end;
  }
  const start = Number.parseInt(first[2], 10);
  return { piece: { t: "list", ordered, start: Number.isNaN(start) ? 1 : start, items }, next };
}

/** The first line at or after `at` that is not blank; `at` itself where only blanks follow. @param {string[]} lines @param {number} at */
function skipBlank(lines, at) {
  let next = at;
  while (next < lines.length && !lines[next].trim()) next += 1;
  return next < lines.length ? next : at;
}

/** Where an item ends: at a line no deeper than its marker that follows a blank or starts something else.
 * @param {string[]} lines @param {number} at @param {number} indent */
function itemEnd(lines, at, indent) {
  let end = at + 1;
  for (; end < lines.length; end += 1) {
    const line = lines[end];
    if (!line.trim()) continue;
    const deeper = indentOf(line) >= indent + 2;
    const afterBlank = !lines[end - 1].trim();
    if (!deeper && (afterBlank || interrupts(lines, end))) break;
  }
  while (end > at + 1 && !lines[end - 1].trim()) end -= 1;
  return end;
}

/** @param {string[]} lines @param {RegExpExecArray} marker @param {number} depth @returns {Item} */
function readItem(lines, marker, depth) {
  let first = lines[0].slice(marker[0].length);
  const task = /^\[([ xX])\] /.exec(first);
  if (task) first = first.slice(4);
  const rest = lines.slice(1);
  const inner = Math.min(marker[0].length, ...rest.filter((line) => line.trim()).map(indentOf).filter(Boolean));
  const body = [first, ...rest.map((line) => line.slice(Math.min(indentOf(line), inner)))];
  return { c: readPieces(body, depth + 1), checked: task ? task[1] !== " " : null };
}

/** @param {string[]} lines @param {number} at */
function isTable(lines, at) {
  const rule = lines[at + 1];
  if (!rule || !lines[at].includes("|") || !/^[\s|:-]+$/.test(rule) || !rule.includes("-")) return false;
  const marks = cellsOf(rule);
  return marks.every((mark) => /^:?-+:?$/.test(mark)) && marks.length === cellsOf(lines[at]).length;
}

/** @param {string} line @returns {string[]} */
function cellsOf(line) {
  let bare = line.trim();
  if (bare.startsWith("|")) bare = bare.slice(1);
  if (bare.endsWith("|") && !bare.endsWith("\\|")) bare = bare.slice(0, -1);
  /** @type {string[]} */
  const cells = [""];
  for (let at = 0; at < bare.length; at += 1) {
    if (bare[at] === "\\" && bare[at + 1] === "|") cells[cells.length - 1] += bare[(at += 1)];
    else if (bare[at] === "|") cells.push("");
    else cells[cells.length - 1] += bare[at];
  }
  return cells.map((cell) => cell.trim());
}

/** @param {string} mark @returns {Align} */
function alignOf(mark) {
  if (mark.endsWith(":")) return mark.startsWith(":") ? "center" : "right";
  return mark.startsWith(":") ? "left" : "";
}

/** @param {string[]} lines @param {number} at @returns {{piece: Piece, next: number}} */
function readTable(lines, at) {
  const head = cellsOf(lines[at]);
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const rows = lines.slice(at + 2, end).map((line) => {
    const cells = cellsOf(line).slice(0, head.length);
    while (cells.length < head.length) cells.push("");
    return cells.map((cell) => readInline(cell));
  });
  const aligns = cellsOf(lines[at + 1]).map(alignOf);
  return { piece: { t: "table", aligns, head: head.map((cell) => readInline(cell)), rows }, next: end };
}
