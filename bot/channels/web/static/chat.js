// The customer's page: shows each message once and in order, never loses a word of theirs.

const part = (id) => document.getElementById(id);
const [view, log, unsent, draft] = ["view", "log", "unsent", "draft"].map(part);
const API = "/chat/api";
const TITLE = document.title;
const BROKEN = "连接断开，正在重连…";

let conversation = null;
let last = 0; // the newest message shown
let now = {}; // who answers, and whether an answer is on its way

function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const button = (title, click) => element("button", { type: "button", click }, title);

function speak(words) {
  part("spoken").textContent = "";
  setTimeout(() => (part("spoken").textContent = words), 50);
}

// A browser may forbid storage; the page then has no memory.
function stored(store, key, value) {
  try {
    if (value === undefined) return window[store].getItem(key) || "";
    window[store].setItem(key, value);
  } catch {}
  return "";
}

async function call(method, path, body) {
  const answer = await fetch(API + path, {
    method,
    cache: "no-store",
    signal: AbortSignal.timeout?.(20000),
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  if (answer.ok) return answer.json();
  const { error } = await answer.json().catch(() => ({}));
  const wait = Number(answer.headers.get("Retry-After"));
  throw Object.assign(new Error(error?.message || ""), { status: answer.status, wait });
}

// One call at a time over all tabs, or two opened together would each get a conversation.
const tabs = window.BroadcastChannel && new BroadcastChannel("lamplighter");
let opening = null;

function openSession() {
  const ask = () => call("POST", "/session" + location.search, {});
  opening ??= (navigator.locks && self === top ? navigator.locks.request("lamplighter", ask) : ask())
    .then(({ conversation_id }) => {
      if (conversation && conversation !== conversation_id) turnPage();
      conversation = conversation_id;
      tabs?.postMessage(conversation);
    })
    .finally(() => (opening = null));
  return opening;
}

tabs?.addEventListener("message", ({ data }) => {
  if (conversation && data !== conversation) openSession().then(connect, connect);
});

// The old conversation is gone: the new one begins below a line.
function turnPage() {
  closeStream();
  last = 0;
  retire();
  outbox.forEach((entry) => (entry.after = 0));
  log.append(element("p", { class: "note" }, "以上是之前的对话，已经失效。下面是新的对话，请接着说。"));
}

async function read() {
  const mine = conversation;
  let answer;
  do {
    answer = await call("GET", `/messages?after=${last}`);
    if (mine !== conversation) return;
    answer.messages.forEach(show);
  } while (answer.more);
  setState(answer);
}

// A stream of events, or asking again and again.
const line = { failures: 0, broken: 0, heard: 0 };

async function connect() {
  clearTimeout(line.timer);
  if (line.busy) return;
  line.busy = true;
  try {
    if (!conversation) await openSession();
    await read();
    log.ariaBusy = "false";
    line.failures = 0;
    part("banner").textContent = "";
    if (!line.stream) listen();
  } catch (error) {
    await unreachable(error);
  }
  line.busy = false;
}

async function unreachable({ status, wait }) {
  const lost = conversation;
  if (status === 401) await openSession().catch(() => {});
  if (conversation !== lost && line.failures++ < 3) return again(0);
  part("banner").textContent = BROKEN;
  closeStream();
  again(wait || Math.min(30, 2 ** line.failures++) * (0.75 + Math.random() / 2));
}

function again(seconds) {
  clearTimeout(line.timer);
  line.timer = setTimeout(connect, seconds * 1000);
}

function closeStream() {
  line.stream?.close();
  line.stream = null;
}

function listen() {
  if (document.hidden) return again(20);
  if (line.broken > 2 && Date.now() < line.streamAgain) return again(now.busy ? 1.5 : 5);
  const stream = (line.stream = new EventSource(`${API}/stream?after=${last}`));
  const opened = Date.now();
  const patience = setTimeout(() => stream.onerror(), 10000);
  const on = (name, act) =>
    stream.addEventListener(name, ({ data }) => {
      line.heard = Date.now();
      if (stream === line.stream) act(JSON.parse(data));
    });
  stream.onopen = () => clearTimeout(patience);
  stream.onerror = () => {
    clearTimeout(patience);
    stream.close();
    if (stream !== line.stream) return;
    line.stream = null;
    line.broken = Date.now() - opened > 30000 ? 1 : line.broken + 1;
    line.streamAgain = Date.now() + 60000;
    again(0.3);
  };
  on("message", show);
  on("state", setState);
  on("typing", ({ author }) => author === "agent" && typing("工作人员正在输入…", 6000));
}

// A stream held back by a proxy looks open: whoever waits asks as well.
setInterval(() => {
  const waiting = now.busy || outbox.some((entry) => entry.state === "sent");
  if (line.stream && waiting && Date.now() - line.heard > 4000) connect();
}, 4000);

// Connections are few: a tab nobody sees gives its stream back.
let sleep = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(sleep);
  if (document.hidden) {
    sleep = setTimeout(() => (closeStream(), connect()), 30000);
  } else {
    missed = 0;
    document.title = TITLE;
    connect();
  }
});
addEventListener("online", connect);
addEventListener("offline", () => (part("banner").textContent = BROKEN));
addEventListener("pageshow", ({ persisted }) => persisted && (closeStream(), connect()));

const OWNERS = {
  bot: "AI 机器人答复",
  queued: "正在排队等真人，机器人先答着",
  agent: "真人正在为您服务",
  closed: "对话已结束，接着写就重新开始",
};
let quiet = 0;
let speaking = 0;

function setState(state) {
  now = state;
  const owner = part("owner");
  const words = OWNERS[state.state];
  if (owner.textContent !== words) owner.textContent = words;
  owner.className = state.state;
  typing(state.busy && (state.delayed ? "还在处理，请稍等，不用重发" : "正在查…"));
}

// Shown at once, spoken only if it lasts.
function typing(words, lasting) {
  clearTimeout(quiet);
  part("typing").hidden = !words;
  part("doing").textContent = words || "";
  if (!words) speaking = clearTimeout(speaking);
  else speaking ||= setTimeout(() => speak("正在查，请稍等"), 3000);
  if (lasting) quiet = setTimeout(() => typing(""), lasting);
  settle();
}

const AUTHORS = { bot: "掌灯（机器人）", agent: "工作人员", system: "通知", customer: "您" };
const local = (moment, style) => new Date(moment).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", ...style });
const day = (moment) => local(moment, { month: "long", day: "numeric" });
let missed = 0;
let newest = null; // where the newest answer begins
let before = 0;
let spoken = false; // since the newest options

function timeOf(moment) {
  const clock = local(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return day(moment) === day(Date.now()) ? clock : `${day(moment)} ${clock}`;
}

function show(message) {
  if (message.id <= last) return;
  last = message.id;
  const own = message.author === "customer";
  const live = log.ariaBusy === "false";
  if (own) arrived(message), (spoken = true);
  else if (message.author === "bot" && spoken) retire();
  const node = drawn(message, live);
  if (message.options?.length) {
    retire();
    spoken = false;
    node.append(choices(message.options));
  }
  log.append(node);
  const sent = Date.parse(message.sent_at);
  newest = own ? null : newest && sent - before < 5000 ? newest : node;
  before = sent;
  part("quick").hidden = Boolean(log.querySelector(".customer, .options:not(.past)"));
  if (live && !own) notice(node);
  settle();
}

function drawn({ author, card, text, sent_at }, live) {
  const who = AUTHORS[author] ? author : "system";
  const kind = card?.kind;
  const name = (who === "agent" && card?.agent) || AUTHORS[who];
  const above = log.lastElementChild;
  const again = above?.dataset.who === who && above.querySelector(".who b")?.textContent === name ? "again" : "";
  const head = element("p", { class: "who" }, element("b", {}, name), " ");
  head.append(element("time", { datetime: sent_at }, timeOf(sent_at)));
  if (who === "customer") head.append(element("span", { class: "sent" }, "已发送"));
  const bubble = element("div", { class: "bubble", role: live && kind === "hazard" && "alert" });
  bubble.append(...content(text, card, who));
  return element("div", { class: `message ${who} ${again}`, "data-who": who, "data-kind": kind }, head, bubble);
}

function notice(node) {
  if (!pinned) unread ??= node;
  if (document.hidden) document.title = `(${++missed}) 新消息 · ${TITLE}`;
}

// A rich look only divides the message's own text: it adds no word.
const RICH = { hazard, policy, queued, bill, bills: bill, balance: bill, arrears: bill, bill_explained: bill };

function content(text, card, who) {
  if (who === "customer") return [card ? element("img", { src: `${API}/attachments/${card.attachment_id}`, alt: text }) : text];
  const nodes = (Object.hasOwn(RICH, card?.kind) && RICH[card.kind](text, card)) || [words(text)];
  if (card?.chart) nodes.push(element("img", { src: card.chart.url, alt: card.chart.alt }));
  const number = card?.no || card?.ticket_no;
  if (number && text.includes(number)) nodes.push(copier(number));
  return nodes;
}

const LINKS = /(https?:\/\/[\w\-.~:/?#@!$&*+=%]+)|([打拨]\s?)(95598|12398|12345|119|120|110)(?!\d)/g;

function words(text, style) {
  const paragraph = element("p", { class: style });
  let from = 0;
  for (const { 0: all, 1: url, 2: verb = "", 3: phone, index } of text.matchAll(LINKS)) {
    const link = url ? { href: url, target: "_blank", rel: "noopener" } : { href: `tel:${phone}` };
    paragraph.append(text.slice(from, index) + verb, element("a", link, url || phone));
    from = index + all.length;
  }
  paragraph.append(text.slice(from));
  return paragraph;
}

function hazard(text) {
  const [, first, rest] = /^([^\n!\uff01。]*[!\uff01。]?)([^]*)$/.exec(text);
  return [words(first, "shout"), words(rest.trim())];
}

const MARK = /[(\uff08]([^()\uff08\uff09]*待供电公司确认)[)\uff09]/;

function policy(text, { id, body, unverified }) {
  const at = body ? text.indexOf(body) : -1;
  const head = at < 0 ? text : text.slice(0, at);
  const nodes = [words(head.replace(MARK, "").trim(), at < 0 ? "" : "short")];
  if (unverified) nodes[0].append(" ", element("span", { class: "mark" }, MARK.exec(head)?.[1] || "待供电公司确认"));
  if (at >= 0) {
    nodes.push(element("details", {}, element("summary", {}, "详细说明"), words(body)));
    nodes.push(words(text.slice(at + body.length).trim(), "source"));
  }
  if (id) nodes.push(element("a", { class: "act", href: `/policies/${encodeURIComponent(id)}` }, "看这条政策全文"));
  return nodes;
}

// Lines that are a name, a calculation and an amount become rows.
const ROW = /^[·\s]*(.+?)[:\uff1a]\s*(.*?)[\s=,\uff0c]*((?:[多少]\s*)?-?[\d,]+\.\d\d\s*元)$/;

function bill(text) {
  const nodes = [];
  let rows = null;
  for (const each of text.split("\n").filter((one) => one.trim())) {
    const [, name, sum, amount] = ROW.exec(each) || [];
    if (!name) {
      rows = null;
      nodes.push(words(each));
      continue;
    }
    if (!rows) nodes.push(element("table", {}, (rows = element("tbody", {}))));
    const head = element("th", { scope: "row" }, name, sum && element("small", {}, sum));
    rows.append(element("tr", {}, head, element("td", {}, amount)));
  }
  return nodes;
}

function queued(text) {
  const [before, place, after] = text.split(/(第\s*\d+\s*位)/);
  if (!place) return null;
  const paragraph = words(before);
  paragraph.append(element("strong", { class: "place" }, place), ...words(after).childNodes);
  return [paragraph];
}

function copier(number) {
  const name = `复制编号 ${number}`;
  const copy = button(name, async () => {
    const done = await navigator.clipboard?.writeText(number).then(() => true, () => false);
    copy.textContent = done ? "已复制" : `请抄下编号 ${number}`;
    speak(copy.textContent);
    setTimeout(() => (copy.textContent = name), 4000);
  });
  return copy;
}

function choices(options) {
  const group = element("div", { class: "options", role: "group", "aria-label": "可选的回答", keydown: walk });
  for (const { id, title } of options) {
    group.append(button(title, () => group.matches(".past") || submit(title, id)));
  }
  return group;
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const all = [...event.currentTarget.children];
  if (!step) return;
  event.preventDefault();
  all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
}

// Earlier options stay, so focus is not lost, but cannot be chosen.
function retire() {
  for (const each of log.querySelectorAll(".options:not(.past) button")) each.ariaDisabled = "true";
  log.querySelectorAll(".options").forEach((group) => group.classList.add("past"));
}

// One at a time, each under its client_id: trying again cannot send twice.
const outbox = [];
let pumping = false;

function submit(text, option) {
  if (outbox.some((entry) => entry.text === text && entry.state === "sending")) return;
  // crypto.randomUUID is missing on plain http.
  const client_id = crypto.getRandomValues(new Uint32Array(4)).join("-");
  enqueue({ client_id, text, option, after: last, state: "waiting" });
}

function enqueue(entry) {
  entry.node = element("div", { class: "message customer" });
  outbox.push(entry);
  unsent.append(entry.node);
  mark(entry, entry.state, entry.note);
  pinned = true;
  settle();
  pump();
}

function mark(entry, state, note = "发送中…") {
  Object.assign(entry, { state, note });
  const bad = state === "failed";
  const head = element("p", { class: "who" }, element("b", {}, AUTHORS.customer), element("span", { class: "sent" }, note));
  entry.node.classList.toggle("failed", bad);
  entry.node.replaceChildren(head, element("div", { class: "bubble" }, entry.text));
  if (bad) {
    entry.node.append(entry.permanent ? button("改一改", () => rewrite(entry)) : button("重试", () => retry(entry)));
    speak(`${note}：${entry.text.slice(0, 20)}`);
  }
  keep();
}

function keep() {
  const kept = outbox.filter(({ state }) => state !== "sent").map(({ node, timer, ...entry }) => entry);
  stored("sessionStorage", "unsent", JSON.stringify(kept));
}

function drop(entry) {
  if (!outbox.includes(entry)) return;
  clearTimeout(entry.timer);
  outbox.splice(outbox.indexOf(entry), 1);
  entry.node.remove();
  keep();
}

function retry(entry) {
  clearTimeout(entry.timer);
  if (entry.node.contains(document.activeElement)) view.focus({ preventScroll: true });
  mark(entry, "waiting");
  pump();
}

function rewrite(entry) {
  drop(entry);
  draft.value += entry.text;
  drafted();
  draft.focus();
}

async function pump() {
  if (pumping) return;
  pumping = true;
  for (let entry; (entry = outbox.find(({ state }) => state === "waiting")); ) await deliver(entry);
  pumping = false;
}

async function deliver(entry) {
  mark(entry, "sending");
  const { client_id, text, option } = entry;
  try {
    if (!conversation) await openSession();
    const { message_id } = await call("POST", "/messages", option ? { option, client_id } : { text, client_id });
    if (message_id <= last) return drop(entry);
    entry.id = message_id;
    if (outbox.includes(entry)) mark(entry, "sent", "已发送");
    if (!line.stream) connect();
  } catch (error) {
    if (outbox.includes(entry)) await failed(entry, error);
  }
}

async function failed(entry, { status = 0, wait, message }) {
  if (status === 401 && !entry.renewed) {
    entry.renewed = true;
    entry.option = null; // belonged to the lost conversation; its title says the same
    await openSession().catch(() => {});
    mark(entry, "waiting");
    return connect();
  }
  const ours = status >= 400 && status < 500;
  entry.permanent = ours && ![401, 408, 429].includes(status);
  mark(entry, "failed", (ours && message) || "没发出去");
  if (status === 429 && wait && wait < 90) entry.timer = setTimeout(() => retry(entry), wait * 1000);
  if (!status) connect();
}

// The stored message is here: what stood for it goes.
function arrived({ id, text }) {
  const same = (entry) => !entry.id && !entry.permanent && entry.after < id && entry.text.trim() === text.trim();
  const entry = outbox.find((each) => each.id === id) || outbox.find(same);
  if (entry) drop(entry);
}

draft.addEventListener("input", drafted);
draft.addEventListener("keydown", (event) => {
  // Enter that accepts a Chinese word is not Enter; Safari says 229 then.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  part("form").requestSubmit();
});

part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = draft.value.trim();
  if (!text || left() < 0) return;
  submit(text);
  draft.value = "";
  drafted();
});

part("photo").addEventListener("change", async ({ target }) => {
  const { send } = await import("./photo.js");
  send(target, unsent, element, openSession, connect);
});

// The button leaves the cursor, and the phone's keyboard, where they are.
part("send").addEventListener("pointerdown", (event) => event.preventDefault());

const left = () => 2000 - [...draft.value.trim()].length;

function drafted() {
  const rest = left();
  stored("sessionStorage", "draft", draft.value);
  draft.style.height = "auto";
  draft.style.height = `${draft.scrollHeight + 2}px`;
  part("count").textContent = rest > 200 ? "" : rest < 0 ? `多了 ${-rest} 个字，请分几次发` : `还能写 ${rest} 个字`;
}

for (const each of document.querySelectorAll("[data-say]")) {
  each.addEventListener("click", () => submit(each.dataset.say));
}

// New messages are followed only if the customer was at the end; the focus is never moved.
let pinned = true;
let settling = 0;
let unread = null; // the first message that came while the customer was reading further up

function settle() {
  settling ||= requestAnimationFrame(() => {
    settling = 0;
    if (pinned) follow();
    looked();
  });
}

// To the end, but not past the beginning of an unread answer.
function follow() {
  const start = newest && !unsent.firstChild ? newest.offsetTop - 12 : Infinity;
  view.scrollTop = Math.max(view.scrollTop, Math.min(view.scrollHeight, start));
}

function looked() {
  const seen = view.scrollTop + view.clientHeight;
  pinned = view.scrollHeight - seen < 48;
  if (pinned || unread?.offsetTop < seen - 24) unread = null;
  part("jump").hidden = !unread;
}

view.addEventListener("scroll", () => settling || looked(), { passive: true });
part("jump").addEventListener("click", () => {
  view.focus({ preventScroll: true });
  view.scrollTop = unread ? unread.offsetTop - 12 : view.scrollHeight;
});
new ResizeObserver(() => pinned && (view.scrollTop = view.scrollHeight)).observe(view);

// iOS lays its keyboard over the page; the page keeps to what can be seen.
const seen = window.visualViewport;
seen?.addEventListener("resize", () => {
  if (seen.scale === 1) document.documentElement.style.setProperty("--height", `${seen.height}px`);
});

function enlarge(on) {
  document.documentElement.classList.toggle("large", on);
  part("large").ariaPressed = on;
  stored("localStorage", "large", on ? "1" : "");
  drafted();
}

part("large").addEventListener("click", () => enlarge(part("large").ariaPressed !== "true"));

draft.value = stored("sessionStorage", "draft");
enlarge(stored("localStorage", "large") === "1");
call("GET", "/desk").then(({ text }) => (part("hours").textContent = text), () => {});
part("quick").hidden = false;
for (const entry of JSON.parse(stored("sessionStorage", "unsent") || "[]")) {
  enqueue(entry.state === "failed" ? entry : { ...entry, state: "waiting" });
}
connect();
