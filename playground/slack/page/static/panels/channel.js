// Draws the place in the middle: a channel's head, messages, suggestions and composer, or the bot's home.

import * as api from "../state/api.js";
import { avatar } from "../widgets/avatar.js";
import { createComposer } from "./composer.js";
import { fill, h } from "../widgets/dom.js";
import { exampleButtons } from "./examples.js";
import { drawHome } from "./home.js";
import { icon } from "../widgets/icons.js";
import { createMessageList } from "./messages.js";
import { go, say } from "../state/session.js";
import { botHandle, botName, channelLabel, channelMark, directMessage, listKey, messagesOf, on, shownChannel, state, statusWords, userOf } from "../state/state.js";
import { tried } from "../widgets/toast.js";

/** @param {HTMLElement} root @param {{attach: () => void, openThread: (ts: string) => void}} doings */
export function createChannel(root, { attach, openThread }) {
  const head = h("header", { class: "place-head" });
  const list = createMessageList({ inThread: false, label: "Messages", testid: "message-list", reply: (message) => openThread(message.ts) });
  const offers = h("div", { class: "offers" });
  const status = h("p", { class: "status-line", "aria-hidden": "true" });
  const ask = (/** @type {string} */ text) => {
    const channel = shownChannel();
    if (channel) say(channel.id, text);
  };
  const files = /** @type {HTMLInputElement} */ (h("input", { type: "file", multiple: true, class: "unseen", "data-testid": "send-file", tabindex: -1, "aria-label": "Send files" }));
  files.addEventListener("change", async () => {
    const channel = shownChannel();
    if (channel && files.files?.length) await tried(() => api.share(state.me, channel.id, [...(files.files ?? [])]));
    files.value = "";
  });
  const composer = createComposer({
    testid: "composer", sendTestid: "send", label: "Message", editLast: list.editLast,
    attach: () => (shownChannel()?.kind === "im" ? files.click() : attach()),
    send,
  });
  const talk = h("div", { class: "talk" }, list.root, h("div", { class: "foot" }, offers, composer.root, files, status));
  const home = h("div", { class: "home", "data-testid": "home-view", tabindex: 0, role: "region", "aria-label": "App Home" });
  let shownKey = "";

  /** Whoever writes wants to see what comes of it: a command leaves no message of theirs. @param {string} text */
  async function send(text) {
    const channel = shownChannel();
    const sent = channel ? await say(channel.id, text) : false;
    if (sent) list.toBottom(false);
    return sent;
  }

  function drawMessages() {
    const channel = shownChannel();
    const messages = channel ? messagesOf(channel.id) : null;
    if (!channel || !messages) return;
    const key = `${state.me}/${channel.id}`;
    list.update({ intro: intro(channel, messages.length === 0, ask), messages, fresh: key !== shownKey });
    shownKey = key;
    drawOffers();
  }

  function drawOffers() {
    const channel = shownChannel();
    const messages = channel ? messagesOf(channel.id) : null;
    fill(offers, channel && messages && offered(channel, messages, ask));
  }

  function drawPlace() {
    const channel = shownChannel();
    const atHome = state.place?.kind === "home";
    talk.hidden = atHome || !channel;
    home.hidden = !atHome;
    fill(head, channel ? channelHead(channel) : atHome && homeHead());
    if (channel) composer.moveTo(`${state.me}/${channel.id}`, placeholder(channel));
    if (shownKey !== `${state.me}/${channel?.id}`) list.update({ intro: h("p", { class: "loading" }, "Loading…"), messages: [], fresh: true });
    document.title = `${channel ? (channel.kind.endsWith("im") ? channelLabel(channel) : `#${channel.name}`) : "App Home"} – ${state.workspace?.team.name ?? "Souffleur playground"}`;
  }

  fill(root, head, talk, home);
  on(["place", "workspace"], drawPlace);
  on(["messages", "status", "thread"], drawMessages);
  on(["prompts"], drawMessages);
  on(["home", "place", "connection"], () => drawHome(home));
  on(["status", "place"], () => (status.textContent = statusWords(shownChannel()?.id ?? "")));
  return { focus: composer.focus };
}

/** @typedef {import("../state/types.js").Channel} Channel @typedef {import("../state/types.js").Message} Message */

/** @param {Channel} channel */
const channelIcon = (channel) => (channel.kind === "im" ? avatar(state.workspace?.bot.user_id ?? "", { bot: true, size: "small" }) : icon(channelMark(channel)));

/** @param {Channel} channel */
function channelHead(channel) {
  const direct = channel.kind === "im";
  const members = channel.members.filter((id) => id !== state.workspace?.bot.user_id);
  return [
    h("h1", null, channelIcon(channel), channelLabel(channel)),
    direct ? botTabs("messages") : channel.topic && h("p", { class: "topic" }, channel.topic),
    !direct && h("span", { class: "members", title: `${members.length} people${hasBot(channel) ? " and the bot" : ""}` },
      members.slice(0, 3).map((id) => avatar(id, { size: "small" })), h("span", null, channel.members.length), h("span", { class: "unseen" }, " members")),
  ];
}

const homeHead = () => [h("h1", null, avatar(state.workspace?.bot.user_id ?? "", { bot: true, size: "small" }), botName()), botTabs("home")];

/** @param {"home"|"messages"} shown */
function botTabs(shown) {
  const tab = (/** @type {"home"|"messages"} */ name, /** @type {string} */ label, /** @type {() => void} */ run) =>
    h("button", { type: "button", class: "tab", "aria-current": name === shown ? "page" : null, "data-focus": `tab-${name}`, onclick: run }, label);
  const direct = directMessage();
  return h("div", { class: "tabs", role: "group", "aria-label": "The bot's tabs" },
    tab("home", "Home", () => go({ kind: "home" })), tab("messages", "Messages", () => direct && go({ kind: "channel", id: direct.id })));
}

/** @param {Channel} channel */
const hasBot = (channel) => channel.members.includes(state.workspace?.bot.user_id ?? "");

/** What a channel begins with. @param {Channel} channel @param {boolean} empty @param {(text: string) => void} ask */
function intro(channel, empty, ask) {
  const direct = channel.kind === "im";
  const offersStand = state.prompts.has(listKey(channel.id));
  return h("div", { class: ["intro", empty && "empty"] },
    h("div", { class: "intro-mark" }, direct ? avatar(state.workspace?.bot.user_id ?? "", { bot: true, size: "large" }) : icon(channelMark(channel))),
    h("h2", null, direct ? `Your conversation with ${botName()}` : channel.kind === "mpim" ? `Your conversation with ${channelLabel(channel)}` : `This is the beginning of #${channel.name}`),
    h("p", null, direct
      ? `Ask anything that the documents in the folder may answer; ${botName()} replies in a thread and names its sources. Nobody else sees this conversation.`
      : !hasBot(channel) ? [`${botName()} is not in this channel, so nothing said here reaches it.`]
      : [channel.topic ? `${channel.topic.replace(/[.\s]+$/, "")}. ` : "", "Mention ", h("span", { class: "mention" }, `@${botHandle()}`), " to ask the documents; the answer comes in a thread."]),
    !direct && !hasBot(channel) && h("p", { class: "intro-try" }, h("button", { type: "button", class: "button", onclick: () => ask(`/invite @${botHandle()}`) }, icon("plus"), `Invite @${botHandle()}`)),
    empty && !offersStand && hasBot(channel) && [!userOf(state.me)?.is_guest && h("p", { class: "intro-try" }, "Try one of these:"), exampleButtons(direct, ask)]);
}

/** Suggestions over the composer: the bot's own, else examples until the person has asked something.
 * @param {Channel} channel @param {Message[]} messages @param {(text: string) => void} ask */
function offered(channel, messages, ask) {
  const own = state.prompts.get(listKey(channel.id));
  if (own?.prompts.length) return promptButtons(own, ask);
  const direct = channel.kind === "im";
  const bot = `<@${state.workspace?.bot.user_id}`;
  const mine = messages.filter((message) => message.user === state.me);
  const asked = messages.some((message) => message.ephemeral) || mine.some((message) => direct || message.text.includes(bot));
  if (!messages.length || asked || !hasBot(channel)) return null;
  return [mine.length > 0 && h("p", { class: "offers-title", "data-testid": "not-asked" }, `${botName()} was not asked: mention @${botHandle()}, or write to it directly.`), exampleButtons(direct, ask)];
}

/** @param {{title: string, prompts: import("../state/types.js").Prompt[]}} offer @param {(text: string) => void} ask */
export function promptButtons(offer, ask) {
  return [offer.title && h("p", { class: "offers-title" }, offer.title), h("ul", { class: "examples prompts", "aria-label": "Suggested prompts" }, offer.prompts.map((prompt) =>
    h("li", null, h("button", { type: "button", class: "example", "data-testid": "prompt", title: prompt.message, onclick: () => ask(prompt.message) }, icon("spark"), h("span", null, prompt.title)))))];
}

/** What may be written here, in long and in short. @param {Channel} channel */
function placeholder(channel) {
  const guest = Boolean(userOf(state.me)?.is_guest);
  if (channel.kind === "im") {
    const short = `Ask ${botName()} a question…`;
    const long = guest ? short : `Ask ${botName()}, e.g. “what is the hotel limit in Brussels?”`;
    return { long, short, attach: `Send a file to ${botName()}` };
  }
  const attach = "Add documents to the folder";
  if (!hasBot(channel) || guest) return { long: `Message #${channel.name}`, short: `Message #${channel.name}`, attach };
  return { long: `For example: @${botHandle()} what is the hotel limit in Brussels?`, short: `Ask @${botHandle()} a question…`, attach };
}
