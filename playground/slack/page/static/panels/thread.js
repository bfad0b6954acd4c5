// Draws the thread at the right: its parent, its replies, what the bot is doing, and a composer of its own.

import * as api from "../state/api.js";
import { announce } from "../widgets/announce.js";
import { promptButtons } from "./channel.js";
import { createComposer } from "./composer.js";
import { fill, h, keepingFocus } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";
import { createMessageList } from "./messages.js";
import { goThread, say } from "../state/session.js";
import { botHandle, botName, channelName, directMessage, listKey, messagesOf, on, state, statusWords } from "../state/state.js";
import { tried } from "../widgets/toast.js";

const TURN = 2500;

/** @param {HTMLElement} root @param {{attach: () => void, back: () => void}} doings */
export function createThread(root, { attach, back }) {
  const title = h("h2", null, "Thread");
  const place = h("span", { class: "pane-place" });
  const list = createMessageList({ inThread: true, label: "Thread" });
  const status = h("p", { class: "status-line", "data-testid": "status-line" });
  const offers = h("div", { class: "offers" });
  const send = async (/** @type {string} */ text) => (state.thread ? say(state.thread.channel, text, state.thread.ts) : false);
  const composer = createComposer({ testid: "thread-composer", sendTestid: "thread-send", label: "Reply", send, attach, editLast: list.editLast });
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close the thread", title: "Close (Esc)", onclick: leave }, icon("close"));
  fill(root, h("header", { class: "pane-head" }, title, place, close), list.root, h("div", { class: "foot" }, offers, status, composer.root));
  let shownKey = "";
  let turn = 0;
  let said = "";
  let wantsFocus = false;

  function leave() {
    const ts = state.thread?.ts;
    goThread(null);
    setTimeout(() => {
      const summary = document.querySelector(`[data-focus="summary-${ts}"]`);
      if (summary instanceof HTMLElement) summary.focus({ preventScroll: true });
      else back();
    });
  }

  function draw() {
    const thread = state.thread;
    root.hidden = !thread;
    root.dataset.threadTs = thread?.ts ?? "";
    if (!thread) return void (shownKey = "");
    const key = `${state.me}/${listKey(thread.channel, thread.ts)}`;
    const messages = messagesOf(thread.channel, thread.ts);
    title.textContent = state.titles.get(listKey(thread.channel, thread.ts)) || "Thread";
    place.textContent = directMessage()?.id === thread.channel ? botName() : `#${channelName(thread.channel) ?? ""}`;
    composer.moveTo(key, directMessage()?.id === thread.channel
      ? { long: "Ask a follow-up question…", short: "Ask a follow-up…" }
      : { long: `Reply, or ask @${botHandle()} again…`, short: `Reply, or ask @${botHandle()}…` });
    if (key !== shownKey && !messages) list.update({ intro: h("p", { class: "loading" }, "Loading…"), messages: [], fresh: true });
    if (wantsFocus) composer.focus();
    wantsFocus = false;
    if (messages) {
      list.update({ intro: null, messages, fresh: key !== shownKey });
      shownKey = key;
    }
  }

  function drawStatus() {
    const thread = state.thread;
    const words = thread ? statusWords(thread.channel, thread.ts) : "";
    const loading = (thread && state.statuses.get(listKey(thread.channel, thread.ts))?.loading) || [];
    const shown = words && loading.length ? loading[turn % loading.length] : words;
    const stoppable = thread && state.stoppable.has(listKey(thread.channel, thread.ts));
    keepingFocus(() => fill(status, shown && [h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", null, shown)],
      stoppable && h("button", { type: "button", class: "button stop", "data-testid": "stop", "data-focus": "stop", onclick: () => tried(() => api.stop(state.me, thread)) }, icon("stop"), "Stop")));
    if (words && words !== said) announce(words);
    said = words;
  }

  function drawOffers() {
    const offer = state.thread && state.prompts.get(listKey(state.thread.channel, state.thread.ts));
    fill(offers, offer && offer.prompts.length > 0 && promptButtons(offer, send));
  }

  setInterval(() => {
    if (state.statuses.size === 0) return;
    turn += 1;
    drawStatus();
  }, TURN);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) leave();
  });
  on(["thread", "messages"], draw);
  on(["status", "thread"], drawStatus);
  on(["prompts", "thread"], drawOffers);
  return {
    /** Opens a thread because a person asked for it: they will write there. @param {string} ts */
    open(ts) {
      wantsFocus = matchMedia("(hover: hover)").matches;
      goThread(ts);
    },
  };
}
