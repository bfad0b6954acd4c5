// Decides what is asked of the server when: at the start, at a change of place or person, at each event. Draws nothing.

import * as api from "./api.js";
import { readBy } from "./clock.js";
import { listen } from "./events.js";
import {
  changed, directMessage, dropMessage, forgetPerson, listKey, moment, people, putList, putMessage, putSession, putStatus, state, visibleChannels,
} from "./state.js";
import { toast, tried } from "../widgets/toast.js";

/** @typedef {import("./types.js").Place} Place */

const PERSON = "souffleur-acting-as";

/** @type {(event: any) => void} */
let showView = () => undefined;
let stopListening = () => {};
let followed = "";

/** Begins; `views` hears of modals opening and closing. @param {(event: any) => void} views */
export async function begin(views) {
  showView = views;
  addEventListener("hashchange", () => location.hash !== followed && followAddress());
  await reloadWorkspace();
}

/** Asks for the workspace until the server answers, then takes up the conversation. */
async function reloadWorkspace() {
  try {
    takeWorkspace(await api.getState());
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    state.server = "lost";
    changed("connection");
    setTimeout(reloadWorkspace, 1500);
    return;
  }
  if (!people().some((person) => person.id === state.me)) choosePerson(rememberedPerson());
}

/** @param {import("./types.js").Workspace} workspace */
function takeWorkspace(workspace) {
  state.workspace = workspace;
  if (workspace.bot.connected) state.botSeen = true;
  changed("workspace", "connection");
}

/** Who is acted as at first: the address's wish, this tab's last choice, else the first member. */
function rememberedPerson() {
  const wished = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem(PERSON);
  const all = people();
  return (all.find((person) => person.id === wished || person.name === wished) ?? all.find((person) => !person.is_admin) ?? all[0])?.id ?? "";
}

/** Acts as another person from now on. @param {string} id */
export function choosePerson(id) {
  const wasDirect = state.place?.kind === "channel" && directMessage()?.id === state.place.id;
  stopListening();
  forgetPerson();
  state.me = id;
  readBy(people().find((person) => person.id === id)?.locale ?? "en-GB");
  sessionStorage.setItem(PERSON, id);
  const place = state.place;
  const direct = directMessage();
  if (wasDirect && direct) go({ kind: "channel", id: direct.id });
  else if (place?.kind === "home" && !direct) go(firstPlace());
  else if (place?.kind === "channel" && !visibleChannels().some((channel) => channel.id === place.id)) go(firstPlace());
  changed("workspace", "place");
  if (id) stopListening = listen(id, { event: hear, open: connected, lost: disconnected });
}

function connected() {
  const again = state.server === "lost";
  state.server = "open";
  changed("connection");
  followAddress(true);
  loadFolder();
  if (again) tried(async () => takeWorkspace(await api.getState()));
}

function disconnected() {
  state.server = "lost";
  state.statuses.clear();
  state.stoppable.clear();
  state.working.clear();
  changed("connection", "status");
}

// ---- places

/** @returns {Place} */
function firstPlace() {
  const first = visibleChannels().find((channel) => channel.kind === "public") ?? visibleChannels()[0];
  return first ? { kind: "channel", id: first.id } : { kind: "home" };
}

/** Goes to a place, and to a thread in it, at once: what is typed next belongs there. @param {Place} place @param {string} [threadTs] */
export function go(place, threadTs) {
  const path = place.kind === "home" ? "home" : ["c", place.id, ...(threadTs ? [threadTs] : [])].map(encodeURIComponent).join("/");
  location.hash = `/${path}`;
  followAddress();
}

/** Opens a thread, or closes the open one. @param {string|null} threadTs */
export function goThread(threadTs) {
  if (state.place) go(state.place, threadTs ?? undefined);
}

/** @returns {{place: Place, thread: string|null}} */
function addressed() {
  const [kind, id, thread] = location.hash.replace(/^#\//, "").split("/").map(decodeURIComponent);
  if (kind === "home" && directMessage()) return { place: { kind: "home" }, thread: null };
  if (kind === "c" && visibleChannels().some((channel) => channel.id === id)) return { place: { kind: "channel", id }, thread: thread ?? null };
  return { place: firstPlace(), thread: null };
}

/** Brings the page to where its address points. @param {boolean} [anew] fetch even what is there already */
function followAddress(anew = false) {
  if (!state.workspace || !state.me) return;
  followed = location.hash;
  const before = state.place;
  const { place, thread } = addressed();
  const moved = anew || before?.kind !== place.kind || (place.kind === "channel" && before?.kind === "channel" && before.id !== place.id);
  state.place = place;
  state.thread = thread && place.kind === "channel" ? { channel: place.id, ts: thread } : null;
  if (place.kind === "channel") state.unread.delete(place.id);
  changed("place", "thread", "messages", "workspace", "prompts", "status");
  if (moved) enter(place);
  if (state.thread) loadList(state.thread.channel, state.thread.ts);
}

/** @param {Place} place */
function enter(place) {
  if (place.kind === "home") {
    loadHome();
    tellBot("home");
    return;
  }
  loadList(place.id);
  if (directMessage()?.id === place.id) tellBot("messages");
}

/** Tells the bot that its home or its conversation was opened. @param {"home"|"messages"} tab */
const tellBot = (tab) => tried(() => api.openHome(state.me, tab));

// ---- fetching

/** @param {string} channel @param {string} [threadTs] */
async function loadList(channel, threadTs) {
  const me = state.me;
  const since = moment();
  const answer = await tried(() => api.getMessages(me, channel, threadTs));
  if (!answer || me !== state.me) return;
  putList(listKey(channel, threadTs), answer.messages, since);
  changed("messages", "thread", "prompts");
}

async function loadHome() {
  const me = state.me;
  const answer = await tried(() => api.getHome(me));
  if (!answer || me !== state.me) return;
  state.home = answer.view;
  state.homeAsked = true;
  changed("home");
}

/** Fetches the folder anew. */
export async function loadFolder() {
  const folder = await tried(() => api.getFolder());
  if (!folder) return;
  state.folder = folder;
  changed("folder");
}

// ---- events

/** @type {Record<string, (event: any) => void>} */
const HEARERS = {
  message: (event) => {
    putMessage(event.message);
    answerBegan(event.message.channel, event.message.thread_ts, event.message.is_bot);
  },
  message_deleted: (event) => {
    dropMessage(event);
    if (event.thread_ts) loadList(event.channel);
  },
  status: (event) => {
    putStatus(event);
    answerBegan(event.channel, event.thread_ts, Boolean(event.status));
  },
  session: (event) => {
    putSession(event);
    answerBegan(event.channel, event.thread_ts, event.status === "processing");
  },
  prompts: (event) => {
    state.prompts.set(listKey(event.channel, event.thread_ts), { title: event.title ?? "", prompts: event.prompts ?? [] });
    changed("prompts");
  },
  thread_title: (event) => {
    state.titles.set(listKey(event.channel, event.thread_ts), event.title);
    changed("thread");
  },
  view: (event) => showView(event),
  view_closed: (event) => showView(event),
  home: () => loadHome(),
  folder: () => loadFolder(),
  state: () => tried(async () => takeWorkspace(await api.getState())),
  bot: (event) => hearBot(event.connected),
};

/** @param {any} event */
function hear(event) {
  HEARERS[event.type]?.(event);
}

/** @param {boolean} isConnected */
function hearBot(isConnected) {
  if (!state.workspace) return;
  const came = isConnected && !state.workspace.bot.connected;
  takeWorkspace({ ...state.workspace, bot: { ...state.workspace.bot, connected: isConnected } });
  if (came && state.place) enter(state.place);
}

/** The bot's first sign of an answer opens the thread of a message that this page has just posted.
 * @param {string} channel @param {string|undefined} threadTs @param {boolean} byBot */
function answerBegan(channel, threadTs, byBot) {
  if (!byBot || !threadTs || !state.awaited.delete(threadTs)) return;
  const here = state.place?.kind === "channel" && state.place.id === channel;
  if (here && state.thread?.ts !== threadTs) goThread(threadTs);
}

// ---- posting

/** Posts as the person acting. @param {string} channel @param {string} text @param {string} [threadTs] @returns {Promise<boolean>} */
export async function say(channel, text, threadTs) {
  if (state.server === "lost") {
    toast("The message was not sent: the playground's server is away.", "error");
    return false;
  }
  const answer = await tried(() => api.post(state.me, channel, text, threadTs));
  if (!answer) return false;
  state.prompts.delete(listKey(channel, threadTs));
  changed("prompts");
  if (!threadTs && answer.ts) awaitAnswer(channel, answer.ts);
  return true;
}

/** @param {string} channel @param {string} ts */
function awaitAnswer(channel, ts) {
  state.awaited.add(ts);
  const begun = (state.lists.get(channel)?.get(ts)?.reply_count ?? 0) > 0 || state.statuses.has(listKey(channel, ts)) || state.working.has(listKey(channel, ts));
  answerBegan(channel, ts, begun);
}
