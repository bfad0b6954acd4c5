// Draws the bot's App Home, or says why there is none yet.

import * as api from "../state/api.js";
import { renderBlocks } from "../markup/blocks.js";
import { fill, h, keepingFocus } from "../widgets/dom.js";
import { botName, state } from "../state/state.js";
import { tried } from "../widgets/toast.js";

/** @param {HTMLElement} root */
export function drawHome(root) {
  if (state.place?.kind !== "home") return;
  const view = state.home;
  const inside = view ? homeBlocks(view) : h("div", { class: "intro empty" }, h("h2", null, absence()), h("p", null, `${botName()} publishes its home when it is opened.`));
  keepingFocus(() => fill(root, h("div", { class: "home-inside" }, inside)));
}

function absence() {
  if (!state.workspace?.bot.connected) return "The home appears when the bot is connected.";
  return state.homeAsked ? `${botName()} has not published its home yet.` : "Loading…";
}

/** @param {import("../state/types.js").View} view */
function homeBlocks(view) {
  const origin = { view_id: view.id };
  return renderBlocks(view.blocks ?? [], { origin, inputs: [], heading: "h2", act: (action) => tried(() => api.act(state.me, origin, action)).then(() => undefined) });
}
