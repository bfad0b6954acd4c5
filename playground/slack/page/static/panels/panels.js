// Decides which panels are shown for the width there is: the sidebar as a drawer, the thread and the folder side by side or in turn.

import { changed, on, state } from "../state/state.js";

const NARROW = matchMedia("(max-width: 760px)");
const ROOM_FOR_FOLDER = matchMedia("(min-width: 1240px)");
const ROOM_FOR_BOTH = matchMedia("(min-width: 1400px)");
const KEY = "souffleur-folder";

/** @param {{sidebar: HTMLElement, folder: HTMLElement, veil: HTMLElement}} parts */
export function createPanels({ sidebar, folder, veil }) {
  let wanted = ROOM_FOR_FOLDER.matches && localStorage.getItem(KEY) !== "hidden";
  let menu = false;

  function draw() {
    folder.hidden = !wanted || (state.thread !== null && !ROOM_FOR_BOTH.matches);
    sidebar.classList.toggle("drawn", menu);
    sidebar.inert = NARROW.matches && !menu;
    veil.hidden = !(NARROW.matches && menu);
  }

  /** @param {boolean} shown */
  function showMenu(shown) {
    menu = shown;
    draw();
    changed("connection");
    if (shown) sidebar.querySelector("button")?.focus();
  }

  /** @param {boolean} shown */
  function showFolder(shown) {
    wanted = shown;
    if (ROOM_FOR_FOLDER.matches) localStorage.setItem(KEY, shown ? "shown" : "hidden");
    draw();
    changed("folder");
  }

  veil.addEventListener("click", () => showMenu(false));
  sidebar.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu) showMenu(false);
  });
  NARROW.addEventListener("change", () => showMenu(false));
  ROOM_FOR_BOTH.addEventListener("change", draw);
  on(["thread"], draw);
  draw();
  return { showMenu, showFolder, menuShown: () => menu, folderShown: () => !folder.hidden, hasRoomForBoth: () => ROOM_FOR_BOTH.matches };
}
