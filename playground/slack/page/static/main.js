// Builds every part of the page and ties them together; decides nothing itself.

import { createChannel } from "./panels/channel.js";
import { byId } from "./widgets/dom.js";
import { createDrop } from "./panels/drop.js";
import { createFolder } from "./panels/folder.js";
import { refreshAgo } from "./panels/messages.js";
import { clearViews, hearView } from "./panels/modal.js";
import { createJump } from "./panels/jump.js";
import { createPanels } from "./panels/panels.js";
import { begin, goThread } from "./state/session.js";
import { createSidebar } from "./panels/sidebar.js";
import { changed, state } from "./state/state.js";
import { recallTheme } from "./widgets/theme.js";
import { createThread } from "./panels/thread.js";
import { createTopbar } from "./panels/topbar.js";

recallTheme();

const panels = createPanels({ sidebar: byId("sidebar"), folder: byId("folder"), veil: byId("veil") });
const toggleFolder = () => {
  const shown = panels.folderShown();
  if (!shown && state.thread && !panels.hasRoomForBoth()) goThread(null);
  panels.showFolder(!shown);
};
const folder = createFolder(byId("folder"), () => {
  panels.showFolder(false);
  document.querySelector("[data-testid=folder-toggle]")?.focus();
});
const channel = createChannel(byId("main"), { attach: folder.choose, openThread: (ts) => thread.open(ts) });
const thread = createThread(byId("thread"), { attach: folder.choose, back: channel.focus });
const jump = createJump(thread.open);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  channel.focus();
});
createSidebar(byId("sidebar"), () => {
  if (!panels.menuShown()) return;
  panels.showMenu(false);
  byId("main").focus();
});
createTopbar(byId("topbar"), byId("banner"), {
  menu: () => panels.showMenu(!panels.menuShown()), folder: toggleFolder, folderShown: panels.folderShown, menuShown: panels.menuShown, personChanged: clearViews, jump,
});
createDrop(byId("drop"), () => {
  if (!state.thread || panels.hasRoomForBoth()) panels.showFolder(true);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => changed("connection"));
setInterval(refreshAgo, 30_000);
begin(hearView);
