// Knows the characters behind a common few of Slack's emoji shortcodes; an unknown one stays as it was typed.

const PAIRS = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|smile 😄|smiley 😃|grinning 😀|slightly_smiling_face 🙂|wink 😉|joy 😂|sob 😭
|thinking_face 🤔|see_no_evil 🙈|heart ❤️|tada 🎉|rocket 🚀|fire 🔥|eyes 👀|wave 👋|clap 👏|pray 🙏|muscle 💪|raised_hands 🙌
|ok_hand 👌|point_right 👉|point_up ☝️|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|no_entry ⛔
|no_entry_sign 🚫|warning ⚠️|exclamation ❗|question ❓|grey_question ❔|information_source ℹ️|bulb 💡|mag 🔍|mag_right 🔎
|books 📚|book 📖|open_book 📖|bookmark 🔖|bookmark_tabs 📑|page_facing_up 📄|page_with_curl 📃|clipboard 📋|memo 📝|pencil 📝
|pencil2 ✏️|pushpin 📌|paperclip 📎|link 🔗|file_folder 📁|open_file_folder 📂|card_index_dividers 🗂️|file_cabinet 🗄️
|inbox_tray 📥|outbox_tray 📤|package 📦|email 📧|envelope ✉️|speech_balloon 💬|thought_balloon 💭|bell 🔔|no_bell 🔕
|lock 🔒|unlock 🔓|key 🔑|shield 🛡️|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|robot_face 🤖|brain 🧠|star ⭐|sparkles ✨
|zap ⚡|hourglass ⌛|hourglass_flowing_sand ⏳|clock1 🕐|alarm_clock ⏰|stopwatch ⏱️|calendar 📆|date 📅|chart_with_upwards_trend 📈
|bar_chart 📊|arrows_counterclockwise 🔄|repeat 🔁|recycle ♻️|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️
|red_circle 🔴|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫|green_heart 💚
|zzz 💤|sleeping 😴|construction 🚧|rotating_light 🚨|bug 🐛|computer 💻|keyboard ⌨️|house 🏠|office 🏢|coffee ☕|palm_tree 🌴
|performing_arts 🎭|clapper 🎬|wastebasket 🗑️|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|flag-fr 🇫🇷|fr 🇫🇷|gb 🇬🇧|uk 🇬🇧|hugging_face 🤗
|cry 😢|disappointed 😞|confused 😕|neutral_face 😐|100 💯|crossed_fingers 🤞|bow 🙇|shrug 🤷|man-shrugging 🤷‍♂️|woman-shrugging 🤷‍♀️`;

/** @type {Map<string, string>} */
const CHARACTERS = new Map(
  PAIRS.replaceAll("\n", "").split("|").map((pair) => /** @type {[string, string]} */ (pair.split(" "))),
);

/** The character of a shortcode (without colons), or null. @param {string} name @returns {string|null} */
export function emojiOf(name) {
  return CHARACTERS.get(name.replace(/::skin-tone-\d$/, "")) ?? null;
}

/** The known shortcode that begins at `index` of a text, with the place after it. @param {string} text @param {number} index */
export function emojiAt(text, index) {
  const end = text.indexOf(":", index + 1);
  if (end < 0 || end - index > 40) return null;
  const character = emojiOf(text.slice(index + 1, end));
  return character ? { character, name: text.slice(index + 1, end), next: end + 1 } : null;
}

/** A plain text with its known shortcodes replaced. @param {string} text */
export function withEmoji(text) {
  return text.replaceAll(/:([a-z0-9_+-]{1,38}):/g, (whole, name) => emojiOf(name) ?? whole);
}
