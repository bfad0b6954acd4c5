// Holds what the page knows and decides how an event changes it; draws nothing and asks the server nothing.

/**
 * @typedef {import("./types.js").Message} Message @typedef {import("./types.js").Place} Place
 * @typedef {import("./types.js").ThreadKey} ThreadKey @typedef {import("./types.js").User} User
 * @typedef {"workspace"|"place"|"messages"|"thread"|"status"|"prompts"|"folder"|"home"|"connection"} Topic
 */

export const state = {
  /** @type {import("./types.js").Workspace|null} */ workspace: null,
  me: "",
  /** @type {Place|null} */ place: null,
  /** @type {ThreadKey|null} */ thread: null,
  /** @type {Map<string, Map<string, Message>>} a channel's or a thread's messages, by listKey */ lists: new Map(),
  /** @type {Map<string, import("./types.js").Status>} by listKey */ statuses: new Map(),
  /** @type {Map<string, {title: string, prompts: import("./types.js").Prompt[]}>} by listKey */ prompts: new Map(),
  /** @type {Map<string, string>} by listKey */ titles: new Map(),
  /** @type {Set<string>} listKeys of threads in which the bot works and can be stopped */ stoppable: new Set(),
  /** @type {Set<string>} listKeys of threads in which the bot works */ working: new Set(),
  /** @type {Set<string>} channel ids */ unread: new Set(),
  /** @type {Set<string>} stamps of what this page posted and still awaits an answer to */ awaited: new Set(),
  /** @type {Map<string, string>} what was pressed in feedback, by message and action */ pressed: new Map(),
  /** @type {import("./types.js").Folder|null} */ folder: null,
  /** @type {string[]} names being sent */ sending: [],
  /** @type {import("./types.js").View|null} */ home: null,
  homeAsked: false,
  /** @type {"connecting"|"open"|"lost"} */ server: "connecting",
  botSeen: false,
};

/** @type {Map<Topic, (() => void)[]>} */
const listeners = new Map();

/** @param {Topic[]} topics @param {() => void} listener */
export function on(topics, listener) {
  for (const topic of topics) listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

/** @param {...Topic} topics */
export function changed(...topics) {
  const called = new Set(topics.flatMap((topic) => listeners.get(topic) ?? []));
  for (const listener of called) listener();
}

// ---- people and channels

/** @param {string} id @returns {User|undefined} */
export const userOf = (id) => state.workspace?.users.find((user) => user.id === id);

/** @param {string} id */
export function userName(id) {
  const user = userOf(id);
  return user?.real_name || user?.name || (id === state.workspace?.bot.user_id ? botName() : id);
}

/** @param {string} id @returns {string|null} null where the person may not see it */
export function channelName(id) {
  return visibleChannels().find((channel) => channel.id === id)?.name ?? null;
}

/** The bot's name with a capital, as a person reads it. */
export function botName() {
  const bot = state.workspace?.bot;
  const name = userOf(bot?.user_id ?? "")?.real_name || bot?.name || "the bot";
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The name that a mention of the bot is typed with. */
export const botHandle = () => state.workspace?.bot.name.toLowerCase() ?? "souffleur";

/** The channels that the person acting may see. */
export function visibleChannels() {
  return (state.workspace?.channels ?? []).filter((channel) => channel.members.includes(state.me));
}

/** The direct message between the person acting and the bot. */
export const directMessage = () => visibleChannels().find((channel) => channel.kind === "im");

/** The channel shown, if one is. */
export function shownChannel() {
  const place = state.place;
  return place?.kind === "channel" ? visibleChannels().find((channel) => channel.id === place.id) : undefined;
}

/** People who can be acted as. */
export const people = () => (state.workspace?.users ?? []).filter((user) => !user.is_bot);

// ---- messages

/** The key of a channel's list, or of a thread's. @param {string} channel @param {string} [threadTs] */
export const listKey = (channel, threadTs) => (threadTs ? `${channel}/${threadTs}` : channel);

/** Messages of a list, oldest first; null before they are fetched. @param {string} channel @param {string} [threadTs] @returns {Message[]|null} */
export function messagesOf(channel, threadTs) {
  const list = state.lists.get(listKey(channel, threadTs));
  return list ? [...list.values()].sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0)) : null;
}

/** @param {Message} message */
const isReply = (message) => Boolean(message.thread_ts && message.thread_ts !== message.ts);

/** The lists that a message stands in. @param {Message} message */
const keysOf = (message) =>
  isReply(message) ? [listKey(message.channel, message.thread_ts)] : [listKey(message.channel), listKey(message.channel, message.ts)];

const REMEMBERED = 300;
let serial = 0;
/** @type {Map<string, {serial: number, message: Message}>} what events brought last, by channel and stamp */
const recent = new Map();

/** A mark to take before fetching a list, so that what events bring meanwhile is not lost. */
export const moment = () => serial;

/** Puts a fetched list in place, with what events brought since it was asked for. @param {string} key @param {Message[]} messages @param {number} since */
export function putList(key, messages, since) {
  const list = new Map(messages.map((message) => [message.ts, message]));
  for (const { serial: at, message } of recent.values()) {
    if (at > since && keysOf(message).includes(key)) list.set(message.ts, message);
  }
  state.lists.set(key, list);
}

/** @param {Message} message */
function remember(message) {
  const key = listKey(message.channel, message.ts);
  recent.delete(key);
  recent.set(key, { serial: (serial += 1), message });
  if (recent.size > REMEMBERED) recent.delete(recent.keys().next().value ?? "");
}

/** A message came, or came anew. @param {Message} message */
export function putMessage(message) {
  remember(message);
  if (isReply(message)) countReply(message);
  for (const key of keysOf(message)) state.lists.get(key)?.set(message.ts, message);
  if (message.is_bot && message.thread_ts) state.statuses.delete(listKey(message.channel, message.thread_ts));
  changed("messages", "thread", "status");
  if (isNews(message) && !state.unread.has(message.channel)) {
    state.unread.add(message.channel);
    changed("workspace");
  }
}

/** A reply makes its parent say so, unless the parent has already said it. @param {Message} reply */
function countReply(reply) {
  const channel = state.lists.get(reply.channel);
  const parent = channel?.get(reply.thread_ts ?? "");
  if (!channel || !parent || (parent.latest_reply ?? "") >= reply.ts || reply.ephemeral) return;
  const users = [...new Set([...(parent.reply_users ?? []), reply.user])];
  channel.set(parent.ts, { ...parent, reply_count: (parent.reply_count ?? 0) + 1, reply_users: users, latest_reply: reply.ts });
}

/** @param {Message} message */
function isNews(message) {
  const shown = state.place?.kind === "channel" && state.place.id === message.channel;
  return !shown && message.user !== state.me && !message.edited;
}

/** @param {{channel: string, ts: string, thread_ts?: string}} gone */
export function dropMessage(gone) {
  recent.delete(listKey(gone.channel, gone.ts));
  state.lists.get(gone.channel)?.delete(gone.ts);
  if (gone.thread_ts) state.lists.get(listKey(gone.channel, gone.thread_ts))?.delete(gone.ts);
  if (state.thread?.channel === gone.channel && state.thread.ts === gone.ts) state.thread = null;
  changed("messages", "thread");
}

/** @param {{channel: string, thread_ts?: string, status: string, loading_messages?: string[]}} event */
export function putStatus(event) {
  const key = listKey(event.channel, event.thread_ts);
  if (event.status) state.statuses.set(key, { status: event.status, loading: event.loading_messages ?? [] });
  else state.statuses.delete(key);
  changed("status");
}

/** @param {{channel: string, thread_ts?: string, status: string, stoppable: boolean}} event */
export function putSession(event) {
  const key = listKey(event.channel, event.thread_ts);
  for (const [threads, isIn] of /** @type {[Set<string>, boolean][]} */ ([[state.stoppable, event.stoppable], [state.working, event.status === "processing"]])) {
    if (isIn) threads.add(key);
    else threads.delete(key);
  }
  changed("status", "messages");
}

/** What the page calls a conversation. @param {import("./types.js").Channel} channel */
export function channelLabel(channel) {
  if (channel.kind === "im") return botName();
  if (channel.kind !== "mpim") return channel.name;
  return channel.members.filter((id) => id !== state.me).map((id) => userName(id).split(" ")[0]).join(", ");
}

/** The name of its icon. @param {import("./types.js").Channel} channel */
export const channelMark = (channel) => ({ private: "lock", mpim: "people" })[/** @type {string} */ (channel.kind)] ?? "hash";

/** "Souffleur is working …", or the words of a legacy status. @param {string} channel @param {string} [threadTs] @returns {string} */
export function statusWords(channel, threadTs) {
  const key = listKey(channel, threadTs);
  const status = state.statuses.get(key)?.status ?? (state.working.has(key) ? "is working…" : "");
  return status && `${botName()} ${status}`;
}

/** Forgets everything that only the last person could see. */
export function forgetPerson() {
  for (const part of [recent, state.lists, state.statuses, state.prompts, state.titles, state.stoppable, state.working, state.unread, state.awaited, state.pressed]) part.clear();
  state.home = null;
  state.homeAsked = false;
  state.thread = null;
}
