// Draws the bar at the top: who is acted as, whether the bot is there, and the switches; and the banner below it.

import { avatar } from "../widgets/avatar.js";
import { announce } from "../widgets/announce.js";
import { fill, h, keepingFocus } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";
import { choosePerson } from "../state/session.js";
import { botName, on, people, state, userOf } from "../state/state.js";
import { shownTheme, toggleTheme } from "../widgets/theme.js";

/**
 * @param {HTMLElement} root @param {HTMLElement} banner
 * @param {{menu: () => void, folder: () => void, folderShown: () => boolean, menuShown: () => boolean, personChanged: () => void, jump: () => void}} doings
 */
export function createTopbar(root, banner, doings) {
  let drawn = "";
  const draw = () => {
    const look = JSON.stringify([state.me, state.server, state.botSeen, state.workspace?.bot, state.workspace?.users, state.folder?.files.map((file) => file.state),
      doings.folderShown(), doings.menuShown(), shownTheme()]);
    if (look === drawn) return; // an open list of people would close under the hand
    drawn = look;
    keepingFocus(() => fill(root, inside(doings, draw)));
  };
  draw();
  on(["workspace", "place", "connection", "folder"], draw);
  on(["connection", "workspace", "folder"], () => drawBanner(banner));
}

/** @param {{menu: () => void, folder: () => void, folderShown: () => boolean, menuShown: () => boolean, personChanged: () => void, jump: () => void}} doings @param {() => void} draw */
function inside(doings, draw) {
  const dark = shownTheme() === "dark";
  return [
    h("button", { type: "button", class: "icon-button menu-button", "aria-label": "Channels", "aria-expanded": String(doings.menuShown()), "aria-controls": "sidebar", "data-focus": "menu", onclick: doings.menu }, icon("menu")),
    botStatus(),
    h("button", { type: "button", class: "bar-button search-button", "data-testid": "jump-open", "data-focus": "jump", "aria-keyshortcuts": "Control+K", onclick: doings.jump },
      icon("search"), h("span", { class: "bar-label" }, "Search"), h("kbd", null, "Ctrl K")),
    state.workspace && actAs(doings.personChanged),
    h("button", { type: "button", class: "bar-button", "data-testid": "folder-toggle", "data-focus": "folder-toggle", "aria-pressed": String(doings.folderShown()), "aria-controls": "folder", title: "The folder of documents", onclick: doings.folder },
      icon("folder"), h("span", { class: "bar-label" }, "Documents"), state.folder && h("span", { class: "count" }, state.folder.files.length)),
    h("button", { type: "button", class: "icon-button", "data-testid": "theme-toggle", "data-focus": "theme", "aria-label": dark ? "Use the light theme" : "Use the dark theme", title: dark ? "Light theme" : "Dark theme",
      onclick: () => { toggleTheme(); draw(); } }, icon(dark ? "sun" : "moon")),
  ];
}

function botStatus() {
  const here = Boolean(state.workspace?.bot.connected) && state.server === "open";
  const words = here ? `${botName()} is online` : state.botSeen ? `${botName()} is away` : `${botName()} is starting…`;
  return h("span", { class: "bot-status", "data-testid": "bot-status", "data-connected": String(here) }, h("span", { class: ["dot", here && "here"] }),
    h("span", { class: "bot-words" }, state.workspace ? words : "Connecting…"));
}

/** @param {import("../state/types.js").User} person */
function roleOf(person) {
  if (person.is_admin) return "admin";
  return person.is_guest ? "guest" : "member";
}

/** @param {() => void} personChanged */
function actAs(personChanged) {
  const me = userOf(state.me);
  const select = /** @type {HTMLSelectElement} */ (h("select", { "data-testid": "act-as", "data-focus": "act-as", id: "act-as", title: "Try the workspace as another person: each sees their own messages and rights" },
    people().map((person) => h("option", { value: person.id, selected: person.id === state.me }, `${person.real_name || person.name} · ${roleOf(person)}`))));
  select.addEventListener("change", () => {
    personChanged();
    choosePerson(select.value);
    const now = userOf(select.value);
    if (now) announce(`You now act as ${now.real_name}, ${roleOf(now)}.`);
  });
  return h("div", { class: ["act-as", me?.is_admin && "admin"] }, h("label", { for: "act-as" }, "You act as"),
    h("span", { class: "act-as-box" }, avatar(state.me, { size: "small" }), select, icon("chevron")));
}

/** @param {HTMLElement} banner */
function drawBanner(banner) {
  const sentence = trouble();
  banner.hidden = !sentence;
  banner.classList.toggle("lost", state.server === "lost");
  if (banner.textContent !== sentence) fill(banner, sentence && [h("span", { class: "spinner", "aria-hidden": "true" }), h("span", null, sentence)]);
}

function trouble() {
  if (state.server === "lost") return "The playground's server does not answer; trying again…";
  if (!state.workspace || state.server === "connecting" || state.workspace.bot.connected) return "";
  if (state.botSeen) return "The bot is away; it answers as soon as it is back.";
  const files = state.folder?.files ?? [];
  const unread = files.filter((file) => file.state === "waiting" || file.state === "reading").length;
  const byMeaning = files.filter((file) => file.state === "meaning").length;
  const byWords = files.filter((file) => file.state === "words").length;
  if (unread) return `The documents are being read (${files.length - unread} of ${files.length}). Ask already: the answer comes when they are read.`;
  if (byWords && byMeaning) return `The documents become searchable by meaning (${byMeaning} of ${byMeaning + byWords}). Ask already: the answer comes after that.`;
  return "The bot is starting…";
}
