// Keeps one WebSocket to the server open for one person, again and again; hands each event on and says when it is lost.

import { isOutdated, token } from "./api.js";

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 5000;

/**
 * @param {string} as
 * @param {{event: (event: any) => void, open: () => void, lost: () => void}} hear
 * @returns {() => void} ends the listening
 */
export function listen(as, hear) {
  let ended = false;
  let pause = FIRST_PAUSE;
  /** @type {WebSocket} */
  let socket;

  function connect() {
    if (ended) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/playground/events?${new URLSearchParams({ as, token })}`);
    socket.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      if (!ended) hear.open();
    });
    socket.addEventListener("message", (frame) => {
      if (!ended) hear.event(JSON.parse(frame.data));
    });
    socket.addEventListener("close", () => {
      if (ended) return;
      hear.lost();
      setTimeout(reconnect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  }

  /** A playground that was started anew refuses this page's token: only a page of its own can go on. */
  async function reconnect() {
    if (!ended && (await isOutdated())) location.reload();
    else connect();
  }

  connect();
  return () => {
    ended = true;
    socket.close();
  };
}
