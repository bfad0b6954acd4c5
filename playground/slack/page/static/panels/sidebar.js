// Draws the workspace at the left: channels, the conversation with the bot, its home.

import { avatar } from "../widgets/avatar.js";
import { fill, h, keepingFocus } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";
import { go } from "../state/session.js";
import { botHandle, channelLabel, channelMark, directMessage, on, state, visibleChannels } from "../state/state.js";

/** @param {HTMLElement} root @param {() => void} chosen called when a place was chosen */
export function createSidebar(root, chosen) {
  const draw = () => keepingFocus(() => fill(root, inside(chosen)));
  on(["workspace", "place", "connection"], draw);
}

/** @param {() => void} chosen */
function inside(chosen) {
  if (!state.workspace) return null;
  const channels = visibleChannels();
  const visit = (/** @type {import("../state/types.js").Place} */ place) => () => {
    go(place);
    chosen();
  };
  const row = (/** @type {import("../state/types.js").Channel} */ channel) => entry({
    testid: channel.kind === "im" ? `dm-${channel.name.toLowerCase()}` : `channel-${channel.name}`,
    mark: channel.kind === "im" ? presence() : icon(channelMark(channel)),
    label: channelLabel(channel),
    shown: state.place?.kind === "channel" && state.place.id === channel.id,
    unread: state.unread.has(channel.id), visit: visit({ kind: "channel", id: channel.id }),
  });
  return [
    h("div", { class: "team" }, h("strong", null, state.workspace.team.name), h("span", null, "local playground")),
    h("div", { class: "places" },
      group("Channels", channels.filter((channel) => !channel.kind.endsWith("im")).map(row)),
      group("Direct messages", channels.filter((channel) => channel.kind.endsWith("im")).map(row)),
      directMessage() && group("Apps", [entry({ testid: "home-tab", mark: icon("home"), label: "App Home", shown: state.place?.kind === "home", unread: false, visit: visit({ kind: "home" }) })])),
    h("div", { class: "sidebar-foot" }, h("p", null, "Ask with ", h("b", null, `@${botHandle()}`), " in a channel, in the direct message, or with ", h("b", null, "/ask"), "."),
      h("p", { class: "version" }, `Version ${state.workspace.version}`)),
  ];
}

/** @param {string} title @param {HTMLElement[]} rows */
function group(title, rows) {
  if (!rows.length) return null;
  const id = `group-${title.toLowerCase().replaceAll(" ", "-")}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), h("ul", null, rows.map((row) => h("li", null, row))));
}

/** @param {{testid: string, mark: Node, label: string, shown: boolean, unread: boolean, visit: () => void}} one */
function entry({ testid, mark, label, shown, unread, visit }) {
  return h("button", { type: "button", class: ["entry", unread && "unread"], "data-testid": testid, "data-focus": testid, "aria-current": shown ? "page" : null, onclick: visit },
    mark, h("span", { class: "entry-label" }, label), unread && h("span", { class: "unseen" }, " (new messages)"));
}

function presence() {
  const here = Boolean(state.workspace?.bot.connected) && state.server === "open";
  return h("span", { class: "presence" }, avatar(state.workspace?.bot.user_id ?? "", { bot: true, size: "small" }),
    h("span", { class: ["dot", here && "here"] }), h("span", { class: "unseen" }, here ? "online" : "away"));
}
