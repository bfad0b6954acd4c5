// Decides what may complete the word at the caret (@people, #channels, /commands) and what is put in its stead.

import { state, userOf, visibleChannels } from "../state/state.js";

/**
 * @typedef {{insert: string, label: string, detail: string, user?: string, kind: "person"|"channel"|"command"}} Candidate
 * @typedef {{from: number, to: number, typed: string, candidates: Candidate[]}} Completion
 */

const MOST = 8;

/** Slack's own; every workspace has it. */
const INVITE = { command: "/invite", description: "Add someone, or the bot, to this channel", usage_hint: "@name" };

/** @param {string} text the whole text @param {number} caret @returns {Completion|null} */
export function completionAt(text, caret) {
  const before = text.slice(0, caret);
  const command = /^\/[\w-]*$/.exec(before);
  if (command) return completion(0, before, commandsLike(before));
  const word = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]{0,40})$/u.exec(before);
  if (!word) return null;
  const from = caret - word[2].length - 1;
  const candidates = word[1] === "@" ? peopleLike(word[2]) : channelsLike(word[2]);
  return completion(from, before.slice(from), candidates);
}

/** @param {number} from @param {string} typed @param {Candidate[]} candidates @returns {Completion|null} */
function completion(from, typed, candidates) {
  if (candidates.length === 0) return null;
  return { from, to: from + typed.length, typed, candidates: candidates.slice(0, MOST) };
}

/** Letters without their accents, in lower case. @param {string} text */
export const folded = (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** Whether one of the words begins with what was typed. @param {string} typed @param {...string} words */
function begins(typed, ...words) {
  return words.some((word) => folded(word).split(/[\s._-]+/).concat(folded(word)).some((part) => part.startsWith(folded(typed))));
}

/** @param {string} typed @returns {Candidate[]} */
function peopleLike(typed) {
  const bot = state.workspace?.bot.user_id;
  return (state.workspace?.users ?? [])
    .filter((user) => user.id !== state.me && begins(typed, user.name, user.real_name ?? ""))
    .sort((a, b) => Number(b.id === bot) - Number(a.id === bot) || a.name.localeCompare(b.name))
    .map((user) => ({ kind: "person", insert: `@${user.name}`, label: `@${user.name}`, detail: detailOf(user.id), user: user.id }));
}

/** @param {string} id */
function detailOf(id) {
  const user = userOf(id);
  if (user?.is_bot) return "the bot: answers from the documents";
  return [user?.real_name, user?.title].filter(Boolean).join(" · ");
}

/** @param {string} typed @returns {Candidate[]} */
function channelsLike(typed) {
  return visibleChannels()
    .filter((channel) => channel.kind !== "im" && begins(typed, channel.name))
    .map((channel) => ({ kind: "channel", insert: `#${channel.name}`, label: `#${channel.name}`, detail: channel.topic ?? "" }));
}

/** @param {string} typed @returns {Candidate[]} */
function commandsLike(typed) {
  return [...(state.workspace?.commands ?? []), INVITE]
    .filter((command) => command.command.startsWith(typed.toLowerCase()))
    .map((command) => ({ kind: "command", insert: command.command, label: `${command.command} ${command.usage_hint ?? ""}`.trim(), detail: command.description ?? "" }));
}
