// Draws a data table: people sort it by a column and leaf through its pages, as in Slack.

import { h } from "../widgets/dom.js";

const SLACK_PAGE_ROWS = 5; // where the block names no number

/** @typedef {{type: string, text?: string, value?: number, elements?: any[]}} Cell */

/** @param {import("../state/types.js").Block} block @param {(cell: Cell) => Node[]} drawCell */
export function drawDataTable(block, drawCell) {
  const [head = [], ...rows] = /** @type {Cell[][]} */ (block.rows);
  const size = block.page_size ?? SLACK_PAGE_ROWS;
  const view = { column: -1, down: false, page: 0 };
  const body = h("tbody");
  const heads = head.map((cell, column) => {
    const button = h("button", { type: "button", class: "sort", title: "Sort" }, ...drawCell(cell), h("span", { class: "sort-mark", "aria-hidden": "true" }));
    button.addEventListener("click", () => {
      Object.assign(view, { down: view.column === column && !view.down, column, page: 0 });
      show();
    });
    return h("th", { scope: "col" }, button);
  });
  const place = h("span", { role: "status" });
  const back = h("button", { type: "button", "aria-label": "Rows before" }, "‹");
  const next = h("button", { type: "button", "aria-label": "Rows after" }, "›");
  back.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));

  /** @param {number} pages */
  function turn(pages) {
    view.page += pages;
    show();
  }

  function show() {
    const sorted = sortRows(rows, view.column, view.down);
    const first = view.page * size;
    const shown = sorted.slice(first, first + size);
    const index = block.row_header_column_index ?? 0;
    body.replaceChildren(...shown.map((row) => h("tr", null, row.map((cell, column) =>
      column === index ? h("th", { scope: "row" }, drawCell(cell)) : h("td", { class: cell.type === "raw_number" ? "align-right" : null }, drawCell(cell))))));
    heads.forEach((node, column) => node.setAttribute("aria-sort", column !== view.column ? "none" : view.down ? "descending" : "ascending"));
    place.textContent = `${first + 1}–${first + shown.length} of ${rows.length}`;
    back.disabled = first === 0;
    next.disabled = first + size >= rows.length;
  }

  show();
  const table = h("table", null, h("caption", { class: "unseen" }, block.caption), h("thead", null, h("tr", null, heads)), body);
  return h("div", null,
    h("div", { class: "table", tabindex: 0, role: "region", "aria-label": block.caption }, table),
    rows.length > size && h("div", { class: "table-pages" }, back, place, next));
}

/** Sorted by a column: by value where all its cells are numbers, else by their words. @param {Cell[][]} rows @param {number} column @param {boolean} down */
function sortRows(rows, column, down) {
  if (column < 0) return rows;
  const isNumeric = rows.every((row) => row[column].type === "raw_number");
  const order = (/** @type {Cell[]} */ one, /** @type {Cell[]} */ other) => isNumeric
    ? (one[column].value ?? 0) - (other[column].value ?? 0)
    : wordsOf(one[column]).localeCompare(wordsOf(other[column]));
  return [...rows].sort((one, other) => (down ? -order(one, other) : order(one, other)));
}

/** @param {any} cell @returns {string} */
const wordsOf = (cell) => cell.text ?? (cell.elements ?? []).map(wordsOf).join("");
