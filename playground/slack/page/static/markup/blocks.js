// Draws Block Kit: which block looks how. What a person presses or fills in is elements.js; rich text is rich-text.js.

import { h } from "../widgets/dom.js";
import { drawDataTable } from "./data-table.js";
import { actionsOf, drawElement, drawInput } from "./elements.js";
import { drawImageWords, drawTable, plainText, renderMarkdown, renderMrkdwnLine, renderText } from "./render-markup.js";
import { drawRichText } from "./rich-text.js";
import { languageOf } from "../state/language.js";

/**
 * @typedef {import("../state/types.js").Block} Block @typedef {import("../state/types.js").BlockElement} BlockElement
 * @typedef {{block: string, action: string, read: () => object|null, node: HTMLElement, fail: (sentence: string) => void}} Input
 * @typedef {{origin: {channel?: string, ts?: string, view_id?: string}, act: (action: object) => Promise<void>, inputs: Input[], heading?: "h2"}} Context
 */

/** @param {Block[]} blocks @param {Context} context @returns {HTMLElement} */
export function renderBlocks(blocks, context) {
  return h("div", { class: "blocks" }, blocks.map((block, index) => {
    const id = block.block_id ?? `block-${index}`;
    const node = (DRAWERS[block.type] ?? drawUnknown)(block, context, id);
    node.classList.add("block", `block-${block.type.replaceAll("_", "-")}`);
    node.dataset.blockId = id;
    return node;
  }));
}

/** @type {Record<string, (block: Block, context: Context, id: string) => HTMLElement>} */
const DRAWERS = {
  section: drawSection,
  header: (block, context) => h(context.heading ?? "h3", null, plainText(block.text)),
  divider: () => h("hr"),
  context: drawContext,
  actions: (block, context, id) => h("div", null, block.elements.map((/** @type {BlockElement} */ element) => drawElement(element, context, id))),
  context_actions: (block, context, id) => h("div", null, block.elements.map((/** @type {BlockElement} */ element) => actionsOf(element, context, id))),
  markdown: (block) => withLanguage(renderMarkdown(block.text), block.text),
  rich_text: (block) => drawRichText(block),
  image: (block) => h("p", null, drawImageWords(block.alt_text || plainText(block.title))),
  table: drawTableBlock,
  data_table: (block) => drawDataTable(block, drawCell),
  input: drawInput,
};

/** @param {HTMLElement} node @param {string} text */
function withLanguage(node, text) {
  const lang = languageOf(text);
  if (lang) node.lang = lang;
  return node;
}

/** @param {Block} block @param {Context} context @param {string} id */
function drawSection(block, context, id) {
  const text = block.text ? withLanguage(renderText(block.text), block.text.text) : null;
  const fields = block.fields?.length
    ? h("div", { class: "fields" }, block.fields.map((/** @type {import("../state/types.js").TextObject} */ field) => h("div", { class: "field" }, renderText(field))))
    : null;
  const accessory = block.accessory ? h("div", { class: "accessory" }, drawElement(block.accessory, context, id)) : null;
  return h("div", null, h("div", { class: "section-text" }, text, fields), accessory);
}

/** @param {Block} block */
function drawContext(block) {
  return h("div", null, block.elements.map((/** @type {any} */ element) => {
    if (element.type === "image") return drawImageWords(element.alt_text);
    return h("span", { class: "context-text", lang: languageOf(element.text ?? "") }, element.type === "mrkdwn" ? renderMrkdwnLine(element.text) : plainText(element));
  }));
}

/** @param {any} cell @returns {Node[]} */
const drawCell = (cell) => (cell.type === "rich_text" ? [drawRichText(cell)] : [document.createTextNode(cell.text ?? "")]);

/** @param {Block} block */
function drawTableBlock(block) {
  const aligns = (block.column_settings ?? []).map((/** @type {any} */ setting) => setting?.align ?? "");
  const [head = [], ...rows] = block.rows.map((/** @type {any[]} */ row) => row.map(drawCell));
  return drawTable(aligns, head, rows);
}

/** @param {Block} block */
const drawUnknown = (block) => h("p", { class: "hint" }, `A block of the type “${block.type}” stands here; this page does not draw it.`);
