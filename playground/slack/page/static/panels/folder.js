// Draws the folder of documents and the state of each; adds and deletes them. What a state means is the worker's to say.

import * as api from "../state/api.js";
import { askFirst } from "../widgets/dialog.js";
import { fill, h, keepingFocus } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";
import { loadFolder } from "../state/session.js";
import { changed, on, state } from "../state/state.js";
import { toast, tried } from "../widgets/toast.js";

/** @typedef {import("../state/types.js").FolderFile} FolderFile */

const STATES = {
  waiting: { label: "Waiting", title: "On disk, not read yet" },
  reading: { label: "Reading…", title: "Being read now" },
  unfinished: { label: "Not whole yet", title: "It cannot be read as it is: it may be a copy that goes on, so it is looked at again soon" },
  words: { label: "Searchable by words", title: "Found by its words; its meaning follows when the embedding model answers" },
  meaning: { label: "By words and meaning", title: "Found by its words and by its meaning" },
  failed: { label: "Failed", title: "Could not be read" },
};

const KINDS = /** @type {Record<string, string>} */ ({
  pdf: "pdf", doc: "word", docx: "word", odt: "word", ppt: "slides", pptx: "slides", xls: "sheet", xlsx: "sheet", csv: "sheet",
  htm: "web", html: "web", md: "text", txt: "text", rst: "text", eml: "mail", msg: "mail", png: "picture", jpg: "picture", jpeg: "picture",
});

const MANY = 12;

/** @param {HTMLElement} root @param {() => void} close */
export function createFolder(root, close) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "file", multiple: true, class: "unseen", id: "upload", "data-testid": "upload", tabindex: -1, "aria-label": "Add documents" }));
  input.addEventListener("change", async () => {
    const files = [...(input.files ?? [])];
    await addFiles(files.map((file) => ({ file, dir: "" })));
    input.value = "";
  });
  const choose = () => input.click();
  const filter = /** @type {HTMLInputElement} */ (h("input", { type: "search", class: "control folder-filter", placeholder: "Filter by name", "aria-label": "Filter the documents by name" }));
  const notices = h("div", { class: "folder-notices" });
  const list = h("ul", { class: "folder-list", "aria-label": "Documents" });
  const name = h("span", { class: "pane-place" });
  const total = h("p", { class: "folder-total" });
  fill(root,
    h("header", { class: "pane-head" }, h("h2", null, "Documents"), name, h("button", { type: "button", class: "icon-button", "aria-label": "Close the folder", title: "Close", onclick: close }, icon("close"))),
    h("div", { class: "folder-add" }, h("button", { type: "button", class: "button primary wide", onclick: choose }, icon("upload"), "Add documents"), input,
      h("p", { class: "hint" }, "or drop files anywhere on this page")),
    h("p", { class: "folder-view" }, "The operator’s view: every document, whoever may read it."),
    notices, filter, total, h("div", { class: "folder-scroller" }, list));
  const draw = () => {
    const files = state.folder?.files ?? [];
    const wanted = files.filter((file) => file.path.toLowerCase().includes(filter.value.trim().toLowerCase()))
      .sort((a, b) => rank(b) - rank(a));
    const removed = (state.folder?.removed ?? []).filter((path) => path.toLowerCase().includes(filter.value.trim().toLowerCase()));
    filter.hidden = files.length < MANY;
    name.textContent = state.folder?.name ?? "";
    total.textContent = summary(files);
    fill(notices, noticeNodes());
    keepingFocus(() => fill(list, state.sending.map(sendingRow), wanted.map(fileRow), removed.map(removedRow), emptyRow(files, wanted)));
  };
  filter.addEventListener("input", draw);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !filter.value) close();
  });
  on(["folder"], () => {
    draw();
    tellUnreadable();
  });
  return { choose };
}

/** @param {FolderFile[]} files */
function summary(files) {
  const ready = files.filter((file) => file.state === "words" || file.state === "meaning").length;
  const failed = files.filter((file) => file.state === "failed").length;
  return files.length ? `${ready} of ${files.length} searchable${failed ? `, ${failed} failed` : ""}` : "";
}

/** @param {FolderFile[]} files @param {FolderFile[]} wanted */
function emptyRow(files, wanted) {
  if (!state.folder || wanted.length || state.sending.length) return null;
  return h("li", { class: "folder-empty" }, files.length ? "No document has such a name." : "The folder is empty. Add a PDF, a Word, Excel or PowerPoint file, a web page, a mail or plain text, and ask about it.");
}

function noticeNodes() {
  const folder = state.folder;
  if (!folder) return h("p", { class: "loading" }, "Loading…");
  const notice = (/** @type {string} */ text) => h("p", { class: "notice" }, icon("info"), h("span", null, text));
  return [
    folder.error && notice(folder.error),
    !folder.worker.alive && notice("The ingestion worker is not running yet; new documents wait for it."),
    folder.embedding && folder.embedding.state !== "ready" && notice(`Search by meaning: ${folder.embedding.state.replace(/\.$/, "")}.`),
  ];
}

/** @param {string} name */
const sendingRow = (name) => h("li", { class: "file" }, tile(name), h("div", { class: "file-words" }, h("span", { class: "file-name" }, name), h("span", { class: "state reading" }, "Adding…")));

/** @param {string} path */
function tile(path) {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(path)?.[1].toLowerCase() ?? "";
  return h("span", { class: `tile tile-${KINDS[extension] ?? "other"}`, "aria-hidden": "true" }, extension || "file");
}

/** @param {FolderFile} file */
function fileRow(file) {
  const look = STATES[file.state] ?? STATES.waiting;
  const name = file.path.split("/").pop() ?? file.path;
  const dir = file.path.slice(0, -name.length - 1);
  return h("li", { class: "file", "data-testid": "folder-file", "data-path": file.path, "data-state": file.state },
    tile(file.path),
    h("div", { class: "file-words" },
      h("a", { class: "file-name", href: api.fileAddress(file.path), target: "_blank", rel: "noopener", title: `${file.path} (opens in a new tab)` }, name),
      file.title && file.title !== name && file.title !== name.replace(/\.[^.]+$/, "") && h("span", { class: "file-title" }, file.title),
      h("span", { class: "file-facts" }, [dir && `${dir}/`, ...facts(file)].filter(Boolean).join(" · ")),
      h("span", { class: `state ${file.state}`, title: look.title }, look.label),
      file.state === "failed" && file.reason && h("span", { class: "file-reason" }, file.reason)),
    h("button", { type: "button", class: "icon-button", "data-testid": "folder-delete", "data-focus": `delete-${file.path}`, "aria-label": `Delete ${name}`, title: "Delete", onclick: () => deleteFile(file.path) }, icon("trash")));
}

/** A file that is gone from the folder while the bot still knows it. @param {string} path */
const removedRow = (path) => h("li", { class: "file", "data-testid": "folder-removed", "data-path": path }, tile(path),
  h("div", { class: "file-words" }, h("span", { class: "file-name" }, path),
    h("span", { class: "state", title: "No longer in the folder. The bot forgets it soon; if many are gone at once, an administrator must confirm first" }, "Removed, not forgotten yet")));

/** @param {FolderFile} file */
function facts(file) {
  const counted = (/** @type {number|null} */ count, /** @type {string} */ one) => count !== null && count !== undefined && `${count}\u00a0${count === 1 ? one : `${one}s`}`;
  return [counted(file.pages, "page"), counted(file.passages, "passage"), sizeWords(file.size)];
}

/** @param {number} bytes */
function sizeWords(bytes) {
  if (bytes < 1000) return `${bytes}\u00a0B`;
  const kilo = bytes / 1000;
  return kilo < 1000 ? `${kilo.toFixed(kilo < 10 ? 1 : 0)}\u00a0kB` : `${(kilo / 1000).toFixed(1)}\u00a0MB`;
}

/** @param {string} path */
async function deleteFile(path) {
  const sure = await askFirst({ title: "Delete document", text: `Delete “${path}” from the folder? The bot forgets it.`, yes: "Delete", danger: true });
  if (!sure || !(await tried(() => api.deleteFile(path)))) return;
  unread.delete(path);
  await loadFolder();
}

/** Documents that were added here and are not read yet. @type {Set<string>} */
const unread = new Set();
/** All documents that were added here: they stand above the others, for who adds some looks for them. @type {Set<string>} */
const mine = new Set();

/** What stands first: what failed, then what was added here. @param {FolderFile} file */
const rank = (file) => (file.state === "failed" ? 2 : mine.has(file.path) ? 1 : 0);
let added = 0;

/** An unfinished file is tried again, and fails when it stays as it is. */
const STILL_TO_READ = new Set(["waiting", "reading", "unfinished"]);

/** Says, once all that was added is read, how many could not be. */
function tellUnreadable() {
  const files = (state.folder?.files ?? []).filter((file) => unread.has(file.path));
  if (unread.size === 0 || files.length < unread.size || files.some((file) => STILL_TO_READ.has(file.state))) return;
  const failed = files.filter((file) => file.state === "failed").length;
  if (failed) toast(`${added} added, ${failed} could not be read: the reasons stand first in the list of documents.`, "error");
  unread.clear();
  added = 0;
}

/**
 * Puts files into the folder, keeping the folders they came in.
 * @param {{file: File, dir: string}[]} dropped
 */
export async function addFiles(dropped) {
  if (dropped.length === 0) return;
  const before = new Set(state.folder?.files.map((file) => file.path));
  let now = 0;
  state.sending = dropped.map(({ file }) => file.name);
  changed("folder");
  for (const dir of new Set(dropped.map((one) => one.dir))) {
    const files = dropped.filter((one) => one.dir === dir).map((one) => one.file);
    const answer = await tried(() => api.upload(files, dir || undefined));
    for (const path of answer?.paths ?? []) {
      now += 1;
      mine.add(path);
      if (!before.has(path)) unread.add(path);
    }
  }
  state.sending = [];
  added += now;
  if (now) toast(`${now === 1 ? "1 document" : `${now} documents`} added: the list shows when the bot has read ${now === 1 ? "it" : "them"}.`);
  changed("folder");
  await loadFolder();
}
