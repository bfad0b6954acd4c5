// Lets files and folders be dropped anywhere on the page, and says where they go while they are dragged.

import { fill, h } from "../widgets/dom.js";
import { addFiles } from "./folder.js";
import { icon } from "../widgets/icons.js";
import { state } from "../state/state.js";
import { toast } from "../widgets/toast.js";

const MOST = 200;

/** @param {HTMLElement} overlay @param {() => void} dropped */
export function createDrop(overlay, dropped) {
  let depth = 0;
  const show = (/** @type {boolean} */ shown) => {
    if (shown && overlay.hidden) fill(overlay, h("div", { class: "drop-box" }, icon("upload"), h("p", null, `Drop to add to “${state.folder?.name ?? "the folder"}”`)));
    overlay.hidden = !shown;
  };
  const holdsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth += 1;
    show(true);
  });
  addEventListener("dragleave", (event) => {
    if (!holdsFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (depth === 0) show(false);
  });
  addEventListener("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  addEventListener("drop", async (event) => {
    if (!holdsFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    depth = 0;
    show(false);
    const files = await gathered(event.dataTransfer);
    if (files.length > MOST) return toast(`You dropped ${files.length} files; drop at most ${MOST} at once, or copy them into the folder.`, "error");
    dropped();
    await addFiles(files);
  });
}

/** @param {DataTransfer} transfer @returns {Promise<{file: File, dir: string}[]>} */
async function gathered(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null && entry !== undefined);
  if (entries.length === 0) return [...transfer.files].map((file) => ({ file, dir: "" }));
  return (await Promise.all(entries.map((entry) => walked(entry, "")))).flat();
}

/** @param {FileSystemEntry} entry @param {string} dir @returns {Promise<{file: File, dir: string}[]>} */
async function walked(entry, dir) {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    return [{ file: /** @type {File} */ (file), dir }];
  }
  const inner = dir ? `${dir}/${entry.name}` : entry.name;
  const children = await childrenOf(/** @type {FileSystemDirectoryEntry} */ (entry));
  return (await Promise.all(children.map((child) => walked(child, inner)))).flat();
}

/** A reader gives a folder's entries in portions until one is empty. @param {FileSystemDirectoryEntry} directory */
async function childrenOf(directory) {
  const reader = directory.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    const portion = /** @type {FileSystemEntry[]} */ (await new Promise((resolve, reject) => reader.readEntries(resolve, reject)));
    if (portion.length === 0) return all;
    all.push(...portion);
  }
}
