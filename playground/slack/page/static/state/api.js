// Speaks the playground's HTTP routes and turns every failure into one sentence; keeps nothing.

/** @typedef {import("./types.js").Message} Message */

/** A failure that can be shown to a person as it is. */
export class ApiError extends Error {}

const GONE = "The playground's server does not answer; check that `make demo` is still running.";

/** The token of this start of the playground; the server writes it into the page. */
export const token = /** @type {HTMLMetaElement|null} */ (document.querySelector('meta[name="playground-token"]'))?.content ?? "";

/** @param {string} path @param {RequestInit} [options] @returns {Promise<any>} */
async function call(path, options = {}) {
  const response = await fetch(path, {
    cache: "no-store",
    ...options,
    headers: { ...options.headers, "X-Playground-Token": token },
  }).catch(() => {
    throw new ApiError(GONE);
  });
  const text = await response.text();
  const answer = parsed(text);
  if (answer?.ok === false && answer.errors) return answer;
  if (response.ok && answer?.ok !== false) return answer;
  const plain = response.headers.get("Content-Type")?.startsWith("text/plain") && text.length < 300 && text.trim();
  throw new ApiError(answer?.error ?? (plain || `The server refused ${path.split("?")[0]} with status ${response.status}.`));
}

/** Whether the server runs and is another start of the playground than the one that wrote this page. */
export async function isOutdated() {
  const response = await fetch("/playground/state", { cache: "no-store", headers: { "X-Playground-Token": token } }).catch(() => null);
  return response?.status === 403;
}

/** @param {string} text @returns {any} null where it is no JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} path @param {object} body */
const send = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** @param {Record<string, string|undefined>} values */
function query(values) {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return new URLSearchParams(/** @type {[string, string][]} */ (known)).toString();
}

/** @returns {Promise<import("./types.js").Workspace>} */
export const getState = () => call("/playground/state");

/** @param {string} as @param {string} channel @param {string} [threadTs] @returns {Promise<{messages: Message[]}>} */
export const getMessages = (as, channel, threadTs) =>
  call(`/playground/messages?${query({ channel, as, thread_ts: threadTs })}`);

/** @param {string} as @param {string} channel @param {string} text @param {string} [threadTs] @returns {Promise<{ts?: string}>} */
export const post = (as, channel, text, threadTs) =>
  send("/playground/post", { as, channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) });

/** @param {string} as @param {string} channel @param {string} ts @param {string} text */
export const edit = (as, channel, ts, text) => send("/playground/edit", { as, channel, ts, text });

/** @param {string} as @param {string} channel @param {string} ts */
export const remove = (as, channel, ts) => send("/playground/delete", { as, channel, ts });

/** @param {string} as @param {{channel?: string, ts?: string, view_id?: string}} origin @param {object} action */
export const act = (as, origin, action) => send("/playground/action", { as, ...origin, action });

/** @param {string} as @param {string} viewId @param {object} values @returns {Promise<{ok: boolean, errors?: Record<string, string>}>} */
export const submitView = (as, viewId, values) => send("/playground/view_submit", { as, view_id: viewId, values });

/** @param {string} as @param {string} viewId */
export const closeView = (as, viewId) => send("/playground/view_close", { as, view_id: viewId });

/** Chooses a shortcut in a message's menu. @param {string} as @param {{channel: string, ts: string}} origin @param {string} callbackId */
export const shortcut = (as, origin, callbackId) => send("/playground/shortcut", { as, ...origin, callback_id: callbackId });

/** Presses Stop in a thread. @param {string} as @param {{channel: string, ts: string}} thread */
export const stop = (as, thread) => send("/playground/stop", { as, channel: thread.channel, thread_ts: thread.ts });

/** @param {string} as @param {"home"|"messages"} tab */
export const openHome = (as, tab) => send("/playground/open_home", { as, tab });

/** @param {string} as @returns {Promise<{view: import("./types.js").View|null}>} */
export const getHome = (as) => call(`/playground/home?${query({ as })}`);

/** @returns {Promise<import("./types.js").Folder>} */
export const getFolder = () => call("/playground/folder");

/** @param {File[]} files @param {string} [dir] @returns {Promise<{paths: string[]}>} */
export function upload(files, dir) {
  const form = new FormData();
  if (dir) form.append("dir", dir);
  for (const file of files) form.append("file", file, file.name);
  return call("/playground/folder", { method: "POST", body: form });
}

/** Sends files in a conversation. @param {string} as @param {string} channel @param {File[]} files */
export function share(as, channel, files) {
  const form = new FormData();
  for (const file of files) form.append("file", file, file.name);
  return call(`/playground/share?${query({ as, channel })}`, { method: "POST", body: form });
}

/** @param {string} path */
export const deleteFile = (path) => call(`/playground/folder/delete?${query({ path })}`, { method: "POST" });

/** The address of a document. @param {string} path */
export const fileAddress = (path) => `/files/${path.split("/").map(encodeURIComponent).join("/")}`;
