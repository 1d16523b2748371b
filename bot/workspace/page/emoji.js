// The shortcodes that people and bots use most; any other stays as it was typed.

const KNOWN = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", wave: "👋", clap: "👏", pray: "🙏", raised_hands: "🙌",
  point_right: "👉", point_left: "👈", point_up: "☝️", point_down: "👇", muscle: "💪", eyes: "👀", ok_hand: "👌",
  smile: "😄", grinning: "😀", slightly_smiling_face: "🙂", joy: "😂", wink: "😉", blush: "😊", thinking_face: "🤔",
  cry: "😢", sob: "😭", heart_eyes: "😍", sunglasses: "😎", neutral_face: "😐", upside_down_face: "🙃",
  heart: "❤️", blue_heart: "💙", green_heart: "💚", tada: "🎉", sparkles: "✨", star: "⭐", fire: "🔥", rocket: "🚀",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", no_entry: "⛔",
  rotating_light: "🚨", octagonal_sign: "🛑", rewind: "⏪", leftwards_arrow_with_hook: "↩️", raised_hand: "✋",
  no_entry_sign: "🚫", warning: "⚠️", exclamation: "❗", question: "❓", bulb: "💡", information_source: "ℹ️",
  lock: "🔒", unlock: "🔓", key: "🔑", shield: "🛡️", bell: "🔔", no_bell: "🔕", mag: "🔍", link: "🔗",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", clock3: "🕒", stopwatch: "⏱️", calendar: "📆",
  date: "📅", memo: "📝", pencil: "📝", pencil2: "✏️", clipboard: "📋", page_facing_up: "📄", file_folder: "📁",
  package: "📦", inbox_tray: "📥", outbox_tray: "📤", mailbox: "📫", email: "📧", speech_balloon: "💬",
  bar_chart: "📊", chart_with_upwards_trend: "📈", moneybag: "💰", credit_card: "💳", euro: "💶", wrench: "🔧",
  hammer: "🔨", gear: "⚙️", construction: "🚧", computer: "💻", iphone: "📱", robot_face: "🤖", ghost: "👻",
  handshake: "🤝", ring_buoy: "🛟", ship: "🚢", boat: "⛵", sailboat: "⛵", anchor: "⚓", ocean: "🌊", whale: "🐳", seedling: "🌱", sunny: "☀️",
  coffee: "☕", pizza: "🍕", sandwich: "🥪", fork_and_knife: "🍴", beers: "🍻", birthday: "🎂", gift: "🎁",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", recycle: "♻️", wastebasket: "🗑️",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", large_blue_circle: "🔵", black_circle: "⚫",
  white_circle: "⚪", one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", zap: "⚡", pushpin: "📌",
  house: "🏠", office: "🏢", busts_in_silhouette: "👥", bust_in_silhouette: "👤", scroll: "📜", label: "🏷️",
  snowflake: "❄️", octagonal_sign: "🛑", rotating_light: "🚨", grey_question: "❔",
};

export function emoji(name) {
  return KNOWN[name.split("::")[0]];
}
