// Draws a person's face: initials on a colour that stays theirs, or the bot's own mark.

import { h } from "./dom.js";
import { botFace } from "./icons.js";
import { userOf } from "../state/state.js";

const HUES = 8;

/** @param {string} name */
function initials(name) {
  const parts = name.split(/[\s._-]+/).filter(Boolean);
  return ((parts[0]?.[0] ?? "?") + (parts.length > 1 ? parts[parts.length - 1][0] : "")).toUpperCase();
}

/** @param {string} id */
function hueOf(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return sum % HUES;
}

/** @param {string} id @param {{name?: string, bot?: boolean, size?: "small"|"large"|""}} [look] */
export function avatar(id, look = {}) {
  const user = userOf(id);
  const bot = look.bot ?? user?.is_bot ?? false;
  const name = user?.real_name || user?.name || look.name || id;
  return h("span", { class: ["avatar", look.size, bot ? "avatar-bot" : `hue-${hueOf(id)}`], "aria-hidden": "true" },
    bot ? botFace() : initials(name));
}
