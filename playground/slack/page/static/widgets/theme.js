// Decides between light and dark: the system's wish, unless the person chose otherwise on this browser.

const KEY = "souffleur-theme";

/** What is shown now. @returns {"light"|"dark"} */
export function shownTheme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Puts the remembered choice back. */
export function recallTheme() {
  const chosen = localStorage.getItem(KEY);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}

/** Turns to the other theme; following the system again where that is what it wishes. */
export function toggleTheme() {
  const next = shownTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem(KEY, next);
}
