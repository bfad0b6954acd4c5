// Finds a place, a document or a message by its words, and goes there: the dialog of "Search" and of Ctrl+K.

import * as api from "../state/api.js";
import { folded } from "./completion.js";
import { openDialog } from "../widgets/dialog.js";
import { fill, h } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";
import { go } from "../state/session.js";
import { channelLabel, channelMark, state, userName, visibleChannels } from "../state/state.js";

/** @typedef {{mark: string, label: string, detail: string, run: () => void}} Found */

const MOST = 12;
const SHORTEST = 2; // letters, from which on documents and messages are looked through

/** @param {(ts: string) => void} openThread @returns {() => void} opens the dialog */
export function createJump(openThread) {
  /** @type {HTMLDialogElement|null} */
  let dialog = null;

  function leave() {
    dialog?.close();
    dialog?.remove();
    dialog = null;
  }

  function open() {
    if (dialog || document.querySelector("dialog[open]")) return;
    const before = document.activeElement;
    let chosen = 0;
    /** @type {Found[]} */
    let found = [];
    const list = h("ul", { class: "jump-list", id: "jump-list", role: "listbox", "aria-label": "Found" });
    const input = /** @type {HTMLInputElement} */ (h("input", {
      type: "text", class: "control", "data-testid": "jump-input", placeholder: "A channel, a document, a word of a message", "aria-label": "Search",
      role: "combobox", "aria-expanded": "true", "aria-autocomplete": "list", "aria-controls": "jump-list",
    }));

    const take = (/** @type {number} */ index) => {
      const one = found[index];
      if (!one) return;
      leave();
      one.run();
    };
    const draw = () => {
      fill(list, found.length === 0 && h("li", { class: "jump-none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing here has these words."), found.map((one, index) => h("li", {
        id: `jump-${index}`, role: "option", "aria-selected": String(index === chosen), class: index === chosen && "chosen", "data-testid": "jump-found",
        onclick: () => take(index),
      }, icon(one.mark), h("span", { class: "completion-label" }, one.label), h("span", { class: "completion-detail" }, one.detail))));
      if (found.length) input.setAttribute("aria-activedescendant", `jump-${chosen}`);
      else input.removeAttribute("aria-activedescendant");
      list.children[chosen]?.scrollIntoView({ block: "nearest" });
    };
    const look = () => {
      found = search(folded(input.value.trim()), openThread).slice(0, MOST);
      chosen = 0;
      draw();
    };
    input.addEventListener("input", look);
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && found.length) {
        chosen = (chosen + step + found.length) % found.length;
        draw();
      } else if (event.key === "Enter") take(chosen);
      else return;
      event.preventDefault();
    });
    dialog = openDialog({
      title: "Search", testid: "jump", body: [input, list], footer: [],
      leave: () => {
        leave();
        if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      },
    });
    input.focus();
    look();
  }

  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  return open;
}

/** Places first, then documents, then messages that this page has shown. @param {string} words @param {(ts: string) => void} openThread @returns {Found[]} */
function search(words, openThread) {
  const long = words.length >= SHORTEST;
  return [...places(words), ...(long ? documents(words) : []), ...(long ? messages(words, openThread) : [])];
}

/** @param {string} words @returns {Found[]} */
function places(words) {
  const channels = visibleChannels().map((channel) => ({
    mark: channelMark(channel), label: channelLabel(channel), detail: channel.topic ?? "", run: () => go({ kind: "channel", id: channel.id }),
  }));
  const home = { mark: "home", label: "App Home", detail: "", run: () => go({ kind: "home" }) };
  return [...channels, home].filter((one) => folded(`${one.label} ${one.detail}`).includes(words));
}

/** @param {string} words @returns {Found[]} */
function documents(words) {
  return (state.folder?.files ?? []).filter((file) => folded(`${file.path} ${file.title ?? ""}`).includes(words)).map((file) => ({
    mark: "folder", label: file.path.split("/").pop() ?? file.path, detail: "document, opens in a new tab", run: () => void window.open(api.fileAddress(file.path), "_blank", "noopener"),
  }));
}

/** @param {string} words @param {(ts: string) => void} openThread @returns {Found[]} */
function messages(words, openThread) {
  const seen = new Map();
  for (const list of state.lists.values()) for (const message of list.values()) seen.set(message.ts, message);
  return [...seen.values()].filter((message) => !message.ephemeral && folded(message.text).includes(words)).reverse().map((message) => ({
    mark: "eye", label: message.text.replaceAll(/<@\w+>|[*_`>]/g, "").trim().slice(0, 60), detail: userName(message.user),
    run: () => {
      go({ kind: "channel", id: message.channel });
      openThread(message.thread_ts ?? message.ts);
    },
  }));
}
