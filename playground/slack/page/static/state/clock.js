// Says times and days in words, in the reader's own time zone; knows Slack's "seconds.serial" stamps and nothing of messages.

const MINUTE = 60_000;
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const fullTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });
const dayName = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const shortDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** @param {string} ts @returns {Date} */
export function dateOf(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

/** "15:28" @param {string} ts */
export function timeOf(ts) {
  return time.format(dateOf(ts));
}

/** "Saturday, 22 November 2025 at 15:28:03" @param {string} ts */
export function fullTimeOf(ts) {
  return fullTime.format(dateOf(ts));
}

/** A key that two moments of one local day share. @param {string} ts */
export function dayKey(ts) {
  const date = dateOf(ts);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** "Today", "Yesterday", "Saturday 22 November". @param {string} ts @param {Date} [now] */
export function dayWords(ts, now = new Date()) {
  const midnight = (/** @type {Date} */ date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(dateOf(ts))) / (24 * 60 * MINUTE));
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return dayName.format(dateOf(ts));
}

/** "just now", "5 minutes ago", "today at 09:12", "22 Nov at 15:28". @param {string} ts @param {Date} [now] */
export function agoWords(ts, now = new Date()) {
  const minutes = Math.floor((now.getTime() - dateOf(ts).getTime()) / MINUTE);
  if (minutes < 1) return "just now";
  if (minutes < 60) return minutes === 1 ? "1 minute ago" : `${minutes} minutes ago`;
  const day = dayWords(ts, now);
  if (day === "Today" || day === "Yesterday") return `${day.toLowerCase()} at ${timeOf(ts)}`;
  return `${shortDay.format(dateOf(ts))} at ${timeOf(ts)}`;
}

let reader = "en-GB";

/** Whose Slack it is from now on, by locale: dates within messages are told in their language. @param {string} locale */
export function readBy(locale) {
  reader = locale;
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const DATES = {
  "": { dateStyle: "long" }, _num: { dateStyle: "short" }, _short: { dateStyle: "medium" }, _long: { dateStyle: "full" },
};

/** A day as the reader says it; a pretty one is today or yesterday where it is. @param {Date} date @param {string} style */
function dayFor(date, style) {
  const midnight = (/** @type {Date} */ one) => new Date(one.getFullYear(), one.getMonth(), one.getDate()).getTime();
  const days = Math.round((midnight(date) - midnight(new Date())) / (24 * 60 * MINUTE));
  if (style.endsWith("_pretty") && Math.abs(days) <= 1) return new Intl.RelativeTimeFormat(reader, { numeric: "auto" }).format(days, "day");
  return new Intl.DateTimeFormat(reader, DATES[style.replace("_pretty", "")]).format(date);
}

/** Slack's <!date^stamp^format|fallback>: the few format words that matter, else the fallback.
 * @param {number} seconds @param {string} format @param {string} fallback */
export function slackDate(seconds, format, fallback) {
  if (!Number.isFinite(seconds)) return fallback;
  const date = new Date(seconds * 1000);
  const words = format
    .replaceAll(/\{date((?:_long|_short|_num)?(?:_pretty)?)\}/g, (_, style) => dayFor(date, style))
    .replaceAll(/\{time(?:_secs)?\}/g, new Intl.DateTimeFormat(reader, { hour: "2-digit", minute: "2-digit" }).format(date))
    .replaceAll("{ago}", agoWords(String(seconds)));
  return words.includes("{") ? fallback : words;
}
