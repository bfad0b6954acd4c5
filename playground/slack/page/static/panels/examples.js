// Decides which questions a newcomer is offered: two languages, a mention and a command, over the sample documents.

import { h } from "../widgets/dom.js";
import { icon } from "../widgets/icons.js";
import { botHandle, state, userOf } from "../state/state.js";

/** @type {{lang: "fr"|"en", text: string, mention: boolean}[]} */
const QUESTIONS = [
  { lang: "fr", text: "combien de jours de télétravail avec 6 mois d'ancienneté ?", mention: true },
  { lang: "en", text: "what is the hotel limit in Brussels?", mention: true },
  { lang: "fr", text: "que veut dire le code défaut E07 ?", mention: true },
  { lang: "en", text: "I lost my laptop, what now?", mention: true },
  { lang: "fr", text: "/ask combien coûte la mutuelle pour la famille ?", mention: false },
];

/** The examples as they would be typed. @param {boolean} direct in the direct message no mention is needed */
export function exampleTexts(direct) {
  const asked = direct ? QUESTIONS.filter((question) => question.mention) : QUESTIONS;
  return asked.map(({ lang, text, mention }) => ({ lang, text: mention && !direct ? `@${botHandle()} ${text}` : text.charAt(0).toUpperCase() + text.slice(1) }));
}

/** The examples as buttons; a guest is told why there are none: the sample documents are for members.
 * @param {boolean} direct @param {(text: string) => void} ask @returns {HTMLElement} */
export function exampleButtons(direct, ask) {
  if (userOf(state.me)?.is_guest) {
    return h("p", { "data-testid": "guest-note" }, "Guests are answered from the folders of their channels alone, and the sample documents are in none of these. Act as a member to try them.");
  }
  return h("ul", { class: "examples", "aria-label": "Example questions" }, exampleTexts(direct).map(({ lang, text }) =>
    h("li", null, h("button", { type: "button", class: "example", "data-testid": "example", lang, onclick: () => ask(text) },
      icon("spark"), h("span", null, text)))));
}
