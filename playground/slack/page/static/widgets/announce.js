// Says things to screen readers without moving anything on the page.

import { byId } from "./dom.js";

let last = 0;

/** @param {string} sentence */
export function announce(sentence) {
  const region = byId("announcer");
  clearTimeout(last);
  region.textContent = "";
  last = window.setTimeout(() => (region.textContent = sentence), 60);
}
