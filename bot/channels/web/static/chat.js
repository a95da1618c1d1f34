// The customer's chat page: talks to the web chat API, shows each message once and in order, never loses a word.

const API = "/chat/api";
const LONGEST = 2000;
const part = (id) => document.getElementById(id);
const [view, log, unsent, draft] = ["view", "log", "unsent", "draft"].map(part);
const TITLE = document.title;

let conversation = null; // the conversation shown
let last = 0; // the newest message shown
let now = { state: "bot", busy: false, delayed: false };

// ---- small helpers

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== ""));
  return node;
}

const button = (title, click, attributes = {}) => element("button", { type: "button", click, ...attributes }, title);

function say(words) {
  part("spoken").textContent = "";
  setTimeout(() => (part("spoken").textContent = words), 50);
}

// A browser may forbid storage; the page then works without a memory.
function remember(store, key, value) {
  try {
    window[store].setItem(key, value);
  } catch {}
}

function recall(store, key) {
  try {
    return window[store].getItem(key) || "";
  } catch {
    return "";
  }
}

// crypto.randomUUID exists on https only; this must work on a plain intranet address too.
const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");

// ---- the API

class Refused extends Error {
  constructor(status, { code, message } = {}, wait = 0) {
    super(message || "");
    Object.assign(this, { status, code, wait });
  }
}

async function call(method, path, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 20000);
  try {
    const answer = await fetch(API + path, {
      method,
      signal: abort.signal,
      cache: "no-store",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
    if (answer.ok) return await answer.json();
    const { error } = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, error, Number(answer.headers.get("Retry-After")));
  } finally {
    clearTimeout(timer);
  }
}

const tabs = window.BroadcastChannel && new BroadcastChannel("lamplighter");
let opening = null;

// One call at a time over all tabs, or two tabs opened together would each get a conversation.
function openSession() {
  const ask = () => call("POST", "/session", {});
  opening ??= (navigator.locks ? navigator.locks.request("lamplighter", ask) : ask())
    .then(({ conversation_id }) => {
      if (conversation && conversation !== conversation_id) turnPage();
      conversation = conversation_id;
      tabs?.postMessage(conversation);
    })
    .finally(() => (opening = null));
  return opening;
}

if (tabs) {
  tabs.onmessage = ({ data }) => {
    if (conversation && data !== conversation) openSession().then(connect, connect);
  };
}

// The old conversation is gone: what was said stays readable above a line, a new one begins below it.
function turnPage() {
  closeStream();
  last = 0;
  log.querySelectorAll(".options").forEach(retire);
  log.append(element("p", { class: "note" }, "以上是之前的对话,已经失效。下面是新的对话,请接着说。"));
  outbox.forEach((entry) => (entry.after = 0));
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

// ---- staying connected: a stream of events; where there is none, asking again and again

const line = { stream: null, timer: 0, busy: false, failures: 0, broken: 0, heard: 0, streamAgain: 0 };

async function connect() {
  clearTimeout(line.timer);
  if (line.busy) return;
  line.busy = true;
  try {
    if (!conversation) await openSession();
    await read();
    log.setAttribute("aria-busy", "false");
    line.failures = 0;
    part("banner").textContent = "";
    if (!line.stream) listen();
  } catch (error) {
    await unreachable(error);
  } finally {
    line.busy = false;
  }
}

async function unreachable(error) {
  if (error.status === 401) {
    const lost = conversation;
    await openSession().catch(() => {});
    if (conversation !== lost) return again(0);
  }
  part("banner").textContent = "连接断开,正在重连…";
  closeStream();
  again(error.wait || Math.min(30, 2 ** line.failures++) * (0.75 + Math.random() / 2));
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
  const asleep = document.hidden || (line.broken > 2 && Date.now() < line.streamAgain);
  if (asleep || !window.EventSource) return again(document.hidden ? 20 : now.busy ? 1.5 : 5);
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

// A stream that some proxy holds back looks open: whoever waits for an answer asks as well.
setInterval(() => {
  const waiting = now.busy || outbox.some((entry) => entry.state === "sent");
  if (line.stream && waiting && Date.now() - line.heard > 4000) connect();
}, 4000);

// A browser allows few connections to one server, so a tab nobody sees gives its stream back after a while.
let sleep = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(sleep);
  if (document.hidden) {
    sleep = setTimeout(() => (closeStream(), again(0)), 30000);
  } else {
    unseen = 0;
    document.title = TITLE;
    connect();
  }
});
window.addEventListener("online", connect);
window.addEventListener("offline", () => (part("banner").textContent = "连接断开,正在重连…"));
window.addEventListener("pageshow", (event) => event.persisted && (closeStream(), connect()));

// ---- who answers, and whether an answer is on its way

const OWNERS = {
  bot: "机器人(AI)答复,随时可转人工",
  queued: "正在排队等真人,机器人先答着",
  agent: "真人工作人员正在为您服务",
  closed: "本次对话已结束,接着写就会重新开始",
};
let quiet = 0;
let spokenTimer = 0;

function setState({ state, busy, delayed }) {
  now = { state, busy, delayed };
  const owner = part("owner");
  const words = OWNERS[state] || OWNERS.bot;
  if (owner.textContent !== words) owner.textContent = words;
  owner.className = state;
  part("human").textContent = state === "agent" ? "真人已接入" : "转人工";
  if (busy) typing(delayed ? "还在处理,请稍等,不用重发" : "正在查…");
  else typing("");
}

// Shown at once, spoken only if it lasts: a screen reader should hear answers, not dots.
function typing(words, lasting = 0) {
  clearTimeout(quiet);
  part("typing").hidden = !words;
  part("doing").textContent = words;
  if (!words) spokenTimer = clearTimeout(spokenTimer);
  else spokenTimer ||= setTimeout(() => say("正在查,请稍等"), 3000);
  if (lasting) quiet = setTimeout(() => typing(""), lasting);
  settle();
}

// ---- showing messages

const AUTHORS = { bot: "掌灯(机器人)", agent: "工作人员", system: "通知", customer: "您" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" };
const DAY = { month: "long", day: "numeric", timeZone: "Asia/Shanghai" };
let unseen = 0;
let newest = null; // the first message since the customer last spoke

function timeOf(moment) {
  const sent = new Date(moment);
  const day = sent.toLocaleDateString("zh-CN", DAY);
  const today = new Date().toLocaleDateString("zh-CN", DAY) === day;
  return (today ? "" : `${day} `) + sent.toLocaleTimeString("zh-CN", CLOCK);
}

function show(message) {
  if (message.id <= last) return;
  last = message.id;
  const own = message.author === "customer";
  const live = log.getAttribute("aria-busy") === "false";
  if (own) arrived(message);
  const node = drawn(message, live);
  if (message.options?.length) {
    log.querySelectorAll(".options").forEach(retire);
    node.append(choices(message.options));
  }
  log.append(node);
  if (own) newest = null;
  else newest ??= node;
  part("quick").hidden = Boolean(log.querySelector(".customer, .options:not(.past)"));
  if (live && !own) notice(node);
  settle();
}

function drawn(message, live) {
  const kind = message.card?.kind;
  const who = AUTHORS[message.author] ? message.author : "system";
  const again = log.lastElementChild?.dataset.who === who;
  const alarm = live && kind === "hazard";
  return element(
    "div",
    { class: `message ${who}${again ? " again" : ""}`, "data-who": who, "data-id": message.id, "data-kind": kind },
    element(
      "p",
      { class: "who" },
      element("b", {}, AUTHORS[who]),
      " ",
      element("time", { datetime: message.sent_at }, timeOf(message.sent_at)),
      who === "customer" ? element("span", { class: "sent" }, "已发送") : "",
    ),
    element("div", { class: "bubble", role: alarm && "alert" }, ...content(message, who)),
  );
}

function notice(node) {
  if (!pinned) unread ??= node;
  if (!document.hidden) return;
  unseen += 1;
  document.title = `(${unseen > 99 ? "99+" : unseen}) 新消息 · ${TITLE}`;
}

// Every rich look is a division of the message's own text: each word stands on the page once, as the server wrote it.
const RICH = { hazard, policy, bill, queued };

function content({ text, card }, who) {
  if (who === "customer") return [text];
  let nodes = null;
  try {
    nodes = RICH[card?.kind]?.(text, card);
  } catch {}
  nodes ??= [words(text)];
  const number = card?.no ?? card?.ticket_no;
  if (typeof number === "string" && text.includes(number)) nodes.push(copier(number));
  return nodes;
}

const LINKS = /(https?:\/\/[^\s,。;、)”]+)|([打拨]\s?)(95598|12398|12345|119|120|110)(?!\d)/g;

function words(text, name = "") {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(LINKS)) {
    const [all, url, verb, phone] = found;
    nodes.push(text.slice(from, found.index) + (verb || ""));
    nodes.push(element("a", { href: url || `tel:${phone}`, target: url && "_blank", rel: url && "noopener" }, url || phone));
    from = found.index + all.length;
  }
  return element("p", { class: name || null }, ...nodes, text.slice(from));
}

function hazard(text) {
  const [, first, rest] = /^([^\n!!。]*[!!。]?)([^]*)$/.exec(text);
  return [words(first, "shout"), words(rest.trimStart())];
}

const MARK = /(([^()]*待供电公司确认[^()]*))/;

function policy(text, { id, body, unverified }) {
  const at = body ? text.indexOf(body) : -1;
  const head = at < 0 ? text : text.slice(0, at);
  const short = words(head.replace(MARK, "").trim(), at < 0 ? "" : "short");
  if (unverified) short.append(" ", element("span", { class: "mark" }, MARK.exec(head)?.[1] || "待供电公司确认"));
  const nodes = [short];
  if (at >= 0) {
    const source = text.slice(at + body.length).trim();
    nodes.push(element("details", {}, element("summary", {}, "详细说明"), words(body)));
    if (source) nodes.push(words(source, "source"));
  }
  if (id) nodes.push(element("a", { class: "act", href: `/policies/${encodeURIComponent(id)}` }, "看这条政策全文"));
  return nodes;
}

// Lines of the text that are a name, a calculation and an amount become rows; all else stays as it is.
const ROW = /^[·•\-\s]*(.+?)[::]\s*(.*?)\s*(-?[¥¥]?-?[\d,]+\.\d\d\s*元)$/;

function bill(text) {
  const nodes = [];
  let rows = null;
  for (const sentence of text.split("\n").filter((each) => each.trim())) {
    const row = ROW.exec(sentence);
    if (!row) rows = null;
    else if (!rows) nodes.push(element("table", {}, (rows = element("tbody"))));
    if (!row) nodes.push(words(sentence));
    else {
      const sum = row[2].replace(/\s*[==]$/, "");
      rows.append(element("tr", {}, element("th", { scope: "row" }, row[1]), element("td", {}, sum), element("td", {}, row[3])));
    }
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
  const copy = button(`复制编号 ${number}`, async () => {
    const done = await copied(number);
    copy.textContent = done ? "已复制" : `请长按复制:${number}`;
    say(copy.textContent);
    setTimeout(() => (copy.textContent = `复制编号 ${number}`), 4000);
  }, { class: "act" });
  return copy;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = element("textarea", { class: "unseen", readonly: true }, text);
    const focused = document.activeElement;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    focused?.focus();
    return done;
  }
}

// ---- options

function choices(options) {
  const choose = ({ id, title }) => (event) => {
    if (!event.currentTarget.matches("[aria-disabled]")) submit(title, id);
  };
  const buttons = options.map((option) => button(option.title, choose(option)));
  return element("div", { class: "options", role: "group", "aria-label": "可以这样回答", keydown: walk }, ...buttons);
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const all = [...event.currentTarget.children];
  const at = all.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  all[(at + step + all.length) % all.length].focus();
}

// Kept in place, so that focus is not lost and the page does not jump, but no longer to be chosen.
function retire(group) {
  group.classList.add("past");
  for (const each of group.children) each.setAttribute("aria-disabled", "true");
}

// ---- sending: one at a time, in order, each under its own client_id, so that trying again cannot send twice

const outbox = [];

function submit(text, option = null) {
  const waiting = outbox.some((entry) => entry.text === text && entry.state === "sending");
  if (!waiting) enqueue({ client_id: newId(), text, option, after: last, state: "waiting" });
}

function enqueue(entry) {
  entry.node = element("div", { class: "message customer" });
  outbox.push(entry);
  unsent.append(entry.node);
  mark(entry, entry.state);
  pinned = true;
  settle();
  pump();
}

function mark(entry, state, note = "") {
  entry.state = state;
  const bad = state === "failed";
  const again = entry.permanent ? "" : button("重试", () => retry(entry));
  const edit = entry.option ? button("知道了", () => drop(entry)) : button("改一改", () => rewrite(entry));
  const status = bad ? note || "没发出去" : state === "sent" ? "已发送" : "发送中…";
  entry.node.classList.toggle("failed", bad);
  entry.node.replaceChildren(
    element("p", { class: "who" }, element("b", {}, AUTHORS.customer), " ", element("span", { class: "sent" }, status)),
    element("div", { class: "bubble" }, entry.text),
    bad ? element("div", { class: "mend" }, again, edit) : "",
  );
  if (bad) say(`${status}:${entry.text.slice(0, 20)}`);
  keep();
}

function keep() {
  const kept = outbox.filter((entry) => entry.state !== "sent");
  remember("sessionStorage", "unsent", JSON.stringify(kept.map(({ node, timer, ...entry }) => entry)));
}

function drop(entry) {
  const at = outbox.indexOf(entry);
  if (at < 0) return;
  clearTimeout(entry.timer);
  outbox.splice(at, 1);
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
  draft.value = [draft.value, entry.text].filter(Boolean).join("\n");
  drafted();
  draft.focus();
}

let pumping = false;

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
    if (outbox.includes(entry)) mark(entry, "sent");
    if (!line.stream) connect();
  } catch (error) {
    if (outbox.includes(entry)) await failed(entry, error);
  }
}

async function failed(entry, error) {
  const { status = 0, code, wait, message } = error;
  if (status === 401 && !entry.renewed) {
    entry.renewed = true;
    entry.option = null; // belonged to the lost conversation; its title says the same
    await openSession().then(() => mark(entry, "waiting"), () => mark(entry, "failed"));
    return connect();
  }
  entry.permanent = status >= 400 && status < 500 && ![401, 408, 429].includes(status);
  mark(entry, "failed", code && status < 500 ? message : "没发出去");
  if (status === 429 && wait > 0 && wait <= 90) entry.timer = setTimeout(() => retry(entry), wait * 1000);
  if (!status) connect();
}

// The stored message is here: what stood for it goes. Same words count only if they came after ours were sent.
function arrived({ id, text }) {
  const same = (entry) => !entry.id && !entry.permanent && entry.after < id && entry.text.trim() === text.trim();
  const entry = outbox.find((each) => each.id === id) || outbox.find(same);
  if (entry) drop(entry);
}

// ---- writing

let composing = false;
draft.addEventListener("compositionstart", () => (composing = true));
draft.addEventListener("compositionend", () => setTimeout(() => (composing = false)));
draft.addEventListener("input", drafted);
draft.addEventListener("keydown", (event) => {
  // Enter that accepts a Chinese word is not Enter. Safari ends the composition first and then says 229.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || composing || event.keyCode === 229) return;
  event.preventDefault();
  part("form").requestSubmit();
});

part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = draft.value.trim();
  if (text && left() >= 0) {
    submit(text);
    draft.value = "";
    drafted();
  }
});

// Pressing a button keeps the cursor, and the phone's keyboard, where they are.
part("send").addEventListener("pointerdown", (event) => event.preventDefault());

const left = () => LONGEST - [...draft.value.trim()].length;

function drafted() {
  const rest = left();
  remember("sessionStorage", "draft", draft.value);
  draft.style.height = "auto";
  draft.style.height = `${draft.scrollHeight + 2}px`;
  part("count").textContent = rest > 200 ? "" : rest < 0 ? `多了 ${-rest} 个字,请分几次发` : `还能写 ${rest} 个字`;
}

for (const each of document.querySelectorAll("[data-say]")) {
  each.addEventListener("click", () => now.state === "agent" && each.id === "human" ? draft.focus() : submit(each.dataset.say));
}

// ---- looking: follow new messages only if the customer was at the end; never move the focus

let pinned = true;
let settling = 0;
let unread = null; // the first message that came while the customer was reading further up

const atEnd = () => view.scrollHeight - view.scrollTop - view.clientHeight < 48;

function settle() {
  settling ||= requestAnimationFrame(() => {
    settling = 0;
    if (pinned) follow();
    looked();
  });
}

// To the end, but not past the beginning of an answer that has not been read.
function follow() {
  const start = newest && !unsent.firstChild ? newest.offsetTop - 12 : Infinity;
  view.scrollTop = Math.max(view.scrollTop, Math.min(view.scrollHeight, start));
}

function looked() {
  pinned = atEnd();
  if (pinned || unread?.offsetTop < view.scrollTop + view.clientHeight - 24) unread = null;
  part("jump").hidden = !unread;
}

view.addEventListener("scroll", looked, { passive: true });
part("jump").addEventListener("click", () => {
  view.focus({ preventScroll: true });
  view.scrollTop = unread ? unread.offsetTop - 12 : view.scrollHeight;
});
new ResizeObserver(() => pinned && (view.scrollTop = view.scrollHeight)).observe(view);

// iOS lays its keyboard over the page; the page keeps to what can be seen.
const screen = window.visualViewport;
screen?.addEventListener("resize", () => {
  if (screen.scale === 1) document.documentElement.style.setProperty("--height", `${screen.height}px`);
});

function enlarge(on) {
  document.documentElement.classList.toggle("large", on);
  part("large").setAttribute("aria-pressed", on);
  remember("localStorage", "large", on ? "1" : "");
  drafted();
}

part("large").addEventListener("click", () => enlarge(!document.documentElement.classList.contains("large")));

// ---- begin

draft.value = recall("sessionStorage", "draft");
enlarge(Boolean(recall("localStorage", "large")));
part("quick").hidden = false;
for (const entry of JSON.parse(recall("sessionStorage", "unsent") || "[]")) {
  enqueue({ ...entry, state: entry.state === "failed" ? "failed" : "waiting" });
}
connect();
