// Reads one run of standard Markdown text (emphasis, code, links, escapes) into a tree, in time linear in its length.

import { commonAt, joined, words } from "./inline.js";
import { safeAddress } from "./links.js";

/** @typedef {import("./inline.js").Inline} Inline @typedef {import("./inline.js").Found} Found */
/** @typedef {{mark: string, length: number, opens: boolean, closes: boolean, at: number}} Run a row of * _ or ~ */

const PUNCTUATION = /[!-/:-@[-`{-~\p{P}\p{S}]/u;
const LINK_SPAN = 2000;
const DEPTH = 6;
const OPEN_MARKS = 20;

/** @param {string} text @param {boolean} [inLink] @param {number} [depth] @returns {Inline[]} */
export function readInline(text, inLink = false, depth = 0) {
  /** @type {Inline[]} */
  const nodes = [];
  /** @type {Run[]} */
  const runs = [];
  const reading = { text, inLink, depth, noCode: new Set() };
  for (let at = 0; at < text.length; ) {
    const run = runAt(text, at);
    if (run) runs.push({ ...run, at: nodes.length });
    const found = run ? null : nodeAt(reading, at);
    nodes.push(found?.node ?? words(run ? run.mark.repeat(run.length) : text[at]));
    at = found?.next ?? at + (run?.length ?? 1);
  }
  return joined(paired(nodes, runs));
}

/** @param {{text: string, inLink: boolean, depth: number, noCode: Set<number>}} reading @param {number} at @returns {Found|null} */
function nodeAt(reading, at) {
  const { text } = reading;
  const character = text[at];
  if (character === "\\") return escapeAt(text, at);
  if (character === "`") return codeAt(text, at, reading.noCode);
  if (character === "!" && text[at + 1] === "[") return imageAt(reading, at);
  if (character === "[") return linkAt(reading, at);
  return commonAt(text, at, reading.inLink);
}

/** @param {string} text @param {number} at @returns {Found|null} */
function escapeAt(text, at) {
  const next = text[at + 1];
  if (next === "\n") return { node: { t: "break" }, next: at + 2 };
  return next && /[!-/:-@[-`{-~]/.test(next) ? { node: words(next), next: at + 2 } : null;
}

/** @param {string} text @param {number} at @param {Set<number>} noCode lengths of fence with no close ahead @returns {Found} */
function codeAt(text, at, noCode) {
  let length = 1;
  while (text[at + length] === "`") length += 1;
  const plain = { node: words("`".repeat(length)), next: at + length };
  if (noCode.has(length)) return plain;
  for (let end = text.indexOf("`", at + length); end >= 0; end = text.indexOf("`", end)) {
    let close = 1;
    while (text[end + close] === "`") close += 1;
    if (close === length) return { node: { t: "code", text: codeText(text.slice(at + length, end)) }, next: end + close };
    end += close;
  }
  noCode.add(length);
  return plain;
}

/** @param {string} inside */
function codeText(inside) {
  const flat = inside.replaceAll("\n", " ");
  return /^ .*[^ ].* $/.test(flat) ? flat.slice(1, -1) : flat;
}

/** @param {{text: string}} reading @param {number} at @returns {Found|null} */
function imageAt(reading, at) {
  const target = targetAt(reading.text, at + 1);
  return target && { node: { t: "image", alt: target.label }, next: target.next };
}

/** @param {{text: string, inLink: boolean, depth: number}} reading @param {number} at @returns {Found|null} */
function linkAt(reading, at) {
  if (reading.inLink || reading.depth >= DEPTH) return null;
  const target = targetAt(reading.text, at);
  const url = target && safeAddress(target.url);
  if (!target || !url) return null;
  return { node: { t: "link", url, c: readInline(target.label, true, reading.depth + 1) }, next: target.next };
}

/** Reads "[label](address "title")". @param {string} text @param {number} at */
function targetAt(text, at) {
  const close = closingBracket(text, at);
  if (close < 0 || text[close + 1] !== "(") return null;
  const limit = Math.min(text.length, close + LINK_SPAN);
  let depth = 0;
  for (let end = close + 1; end < limit && text[end] !== "\n"; end += 1) {
    if (text[end] === "(") depth += 1;
    if (text[end] === ")") depth -= 1;
    if (depth) continue;
    const url = text.slice(close + 2, end).trim().replace(/\s+["'(][^\n]*$/, "").replace(/^<(.*)>$/, "$1");
    return { label: text.slice(at + 1, close), url, next: end + 1 };
  }
  return null;
}

/** @param {string} text @param {number} at */
function closingBracket(text, at) {
  const limit = Math.min(text.length, at + LINK_SPAN);
  let depth = 0;
  for (let end = at; end < limit; end += 1) {
    if (text[end] === "\\") end += 1;
    else if (text[end] === "[") depth += 1;
    else if (text[end] === "]" && (depth -= 1) === 0) return end;
  }
  return -1;
}

/** A row of emphasis marks with what it may do, by CommonMark's flanking rules. @param {string} text @param {number} at */
function runAt(text, at) {
  const mark = text[at];
  if (mark !== "*" && mark !== "_" && mark !== "~") return null;
  let length = 1;
  while (text[at + length] === mark) length += 1;
  if (mark === "~" && length !== 2) return null;
  const before = text[at - 1] ?? " ";
  const after = text[at + length] ?? " ";
  const left = !/\s/.test(after) && (!PUNCTUATION.test(after) || /\s/.test(before) || PUNCTUATION.test(before));
  const right = !/\s/.test(before) && (!PUNCTUATION.test(before) || /\s/.test(after) || PUNCTUATION.test(after));
  const inWord = mark === "_";
  const opens = left && (!inWord || !right || PUNCTUATION.test(before));
  const closes = right && (!inWord || !left || PUNCTUATION.test(after));
  return { mark, length, opens, closes };
}

/**
 * Pairs rows of marks into emphasis. Works on the flat list with a stack of open rows; each row is opened and closed once.
 * @param {Inline[]} nodes @param {Run[]} runs @returns {Inline[]}
 */
function paired(nodes, runs) {
  /** @type {{run: Run|null, left: number, c: Inline[]}[]} */
  const stack = [{ run: null, left: 0, c: [] }];
  const byNode = new Map(runs.map((run) => [run.at, run]));
  nodes.forEach((node, index) => {
    const run = byNode.get(index);
    if (!run) stack[stack.length - 1].c.push(node);
    else take(stack, run);
  });
  giveUpAbove(stack, 0);
  return stack[0].c;
}

/** @param {{run: Run|null, left: number, c: Inline[]}[]} stack @param {Run} run */
function take(stack, run) {
  let left = run.length;
  while (run.closes && left > 0) {
    const depth = stack.findLastIndex((open) => open.run?.mark === run.mark && open.left > 0);
    if (depth < 1) break;
    giveUpAbove(stack, depth);
    left -= closeTop(stack, left);
  }
  if (left === 0) return;
  if (run.opens && stack.length <= OPEN_MARKS) stack.push({ run, left, c: [] });
  else stack[stack.length - 1].c.push(words(run.mark.repeat(left)));
}

/** Closes the innermost open row with as many marks as both sides have; gives how many. */
function closeTop(/** @type {{run: Run|null, left: number, c: Inline[]}[]} */ stack, /** @type {number} */ left) {
  const top = /** @type {{run: Run, left: number, c: Inline[]}} */ (stack[stack.length - 1]);
  const used = top.run.mark === "~" ? 2 : Math.min(2, top.left, left);
  const kind = top.run.mark === "~" ? "s" : used === 2 ? "b" : "i";
  const node = /** @type {Inline} */ ({ t: kind, c: joined(top.c) });
  top.left -= used;
  top.c = [node];
  if (top.left === 0) {
    stack.pop();
    stack[stack.length - 1].c.push(node);
  }
  return used;
}

/** Open rows that nothing closed are text. @param {{run: Run|null, left: number, c: Inline[]}[]} stack @param {number} depth */
function giveUpAbove(stack, depth) {
  for (const open of stack.splice(depth + 1)) {
    stack[depth].c.push(words(/** @type {Run} */ (open.run).mark.repeat(open.left)));
    for (const node of open.c) stack[depth].c.push(node);
  }
}
