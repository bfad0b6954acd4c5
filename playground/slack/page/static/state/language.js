// Guesses whether a text is French or English from its small words, so that screen readers pronounce it rightly.

const FRENCH = new Set("le la les des un une du et est sont que qui dans pour pas avec sur au aux ce cette ces vous nous je il elle votre combien quel quelle quels comment où jours par ou ne se sa son leur à".split(" "));
const ENGLISH = new Set("the a an of and is are that which in for not with on to this these you we i he she your how what when where many days by or be it its their from does do can".split(" "));

/** "fr", "en", or null where the text is too short or too mixed to say. @param {string} text */
export function languageOf(text) {
  let french = 0;
  let english = 0;
  for (const word of text.slice(0, 2000).toLowerCase().split(/[^\p{L}]+/u)) {
    if (FRENCH.has(word)) french += 1;
    if (ENGLISH.has(word)) english += 1;
  }
  if (/[éèêàçùœ]/i.test(text)) french += 1;
  if (french > english) return "fr";
  if (english > french) return "en";
  return null;
}
