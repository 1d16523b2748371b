// What the page knows, how it asks for more, and the live news.

export const state = {
  me: "", bot: "", team: "", users: new Map(), groups: new Map(), channels: new Map(), commands: [], shortcuts: [], examples: [],
  heard: 0, views: [], tab: "messages", channel: "", messages: [], whispers: [], prompts: null, thread: "", replies: [],
};

export const names = {
  me: () => state.me,
  user: (id) => state.users.get(id)?.name,
  group: (id) => (state.groups.get(id) ? "@" + state.groups.get(id).handle : undefined),
  channel: (id) => state.channels.get(id)?.name,
};

export function userOf(id) {
  return state.users.get(id) ?? { id, name: id === "USLACKBOT" ? "Slackbot" : id, handle: id, hint: "", bot: true };
}

export function titleOf(channel) {
  return channel.with ? userOf(channel.with).name : channel.name;
}

export async function get(what, query = {}) {
  const answer = await fetch(`/page/api/${what}?${new URLSearchParams(query)}`);
  return answer.json();
}

// Answers, too, when the workspace does not: whoever asked keeps what they had, and says so.
export async function post(what, body) {
  try {
    const answer = await fetch(`/page/api/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "the workspace does not answer", errors: { "": "The workspace does not answer. Try again in a moment." } };
  }
}

export async function boot() {
  let known = await get("boot");
  if (known.error === "nobody_chosen") {
    await post("me", { person: known.people[0].id });
    known = await get("boot");
  }
  const { users, groups, channels, ...plain } = known;
  Object.assign(state, plain);
  state.users = new Map(users.map((one) => [one.id, one]));
  state.groups = new Map(groups.map((one) => [one.id, one]));
  state.channels = new Map(channels.map((one) => [one.id, one]));
}

export async function load(channel) {
  state.channel = channel;
  await settled(async () => {
    const { messages, whispers, prompts } = await get("messages", { channel });
    if (state.channel === channel) Object.assign(state, { messages: messages ?? [], whispers: whispers ?? [], prompts });
  });
}

export async function loadThread(ts) {
  await settled(async () => {
    const { messages } = await get("thread", { channel: state.channel, ts });
    Object.assign(state, { thread: messages ? ts : "", replies: messages ?? [] });
  });
}

// What is heard while we ask may be newer than the answer: then ask again.
async function settled(ask) {
  for (let heard = -1, turn = 0; heard !== state.heard && turn < 5; turn++) {
    heard = state.heard;
    await ask();
  }
}

export function put(list, message) {
  const at = list.findIndex((one) => one.ts === message.ts);
  if (at >= 0) list[at] = message;
  else list.push(message);
}

export function drop(list, ts) {
  const at = list.findIndex((one) => one.ts === ts);
  if (at >= 0) list.splice(at, 1);
}

let socket;
let wait = 250;

// `back` is called whenever the news begin: what was said before that was not heard.
export function listen(hear, back) {
  if (socket) {
    socket.onclose = null;
    socket.close();
  }
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/page/live`);
  let opened = false;
  socket.onmessage = (news) => {
    state.heard += 1;
    hear(JSON.parse(news.data));
  };
  socket.onopen = () => {
    opened = true;
    wait = 250;
    back();
  };
  socket.onclose = () => {
    wait = Math.min(wait * 2, 5000);
    setTimeout(() => listen(hear, back), wait);
    if (opened) document.body.classList.add("offline");
  };
}
