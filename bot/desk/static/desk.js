// The agents' page: what htmx does not do by itself. Keys, sound, drafts, what has been seen.

const part = (id) => document.getElementById(id);
const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
const TITLE = document.title;
const BROKEN = "连接断开，正在重连…";

function tell(words) {
  part("notice").textContent = words;
}

// A browser may forbid storage; the page then has no memory.
function stored(store, key, value) {
  try {
    if (value === undefined) return window[store].getItem(key) || "";
    window[store].setItem(key, value);
  } catch {}
  return "";
}

// What a refused request says is said to the person who made it.
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const plain = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  tell(plain ? xhr.responseText : "没有做成，请刷新页面再试");
  part("more") && htmx.trigger("#more", "refresh");
});
document.addEventListener("htmx:sendError", () => tell(BROKEN));
document.addEventListener("htmx:sseError", () => tell(BROKEN));
document.addEventListener("htmx:sseOpen", ({ detail }) => {
  if (part("notice").textContent === BROKEN) tell("");
  detail.source.addEventListener("bye", () => location.reload());
});

// A part that has not changed is not drawn again: screen readers would read it again. (htmx keeps the focus by id.)
const drawn = new Map();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const id = detail.target.id;
  if (!["alarms", "list", "side"].includes(id)) return;
  if (drawn.get(id) === detail.serverResponse) detail.shouldSwap = false;
  drawn.set(id, detail.serverResponse);
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id === "alarms") alarmed();
  if (detail.target.id === "holding") recall();
  if (detail.target.id === "more") arrived();
  tick();
});

// Sound, without a file: two tones, again and again while there is danger nobody has looked at.
let audio = null;
let ringing = 0;

function ring() {
  if (!audio || audio.state !== "running") return;
  [880, 660].forEach((pitch, place) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const from = audio.currentTime + place * 0.35;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.3);
  });
}

function alarmed() {
  const count = Number(document.querySelector(".alarm")?.dataset.count || 0);
  document.title = count ? `危险报警 ${count} · ${TITLE}` : TITLE;
  clearInterval(ringing);
  if (!count) return;
  ring();
  ringing = setInterval(ring, 3000);
}

// A browser lets a page sound only after its user has touched it: until then the button says so.
function loud(on) {
  stored("localStorage", "desk-sound", on ? "on" : "off");
  if (on) audio ??= new AudioContext();
  on ? audio.resume().then(shown) : audio?.suspend().then(shown);
  shown();
}

function shown() {
  const on = audio?.state === "running";
  part("sound").ariaPressed = on;
  part("sound").textContent = on ? "声音：开" : "声音：关";
}

const quiet = () => stored("localStorage", "desk-sound") === "off";
if (part("sound")) {
  part("sound").addEventListener("click", (event) => {
    event.stopPropagation();
    loud(audio?.state !== "running");
  });
  if (!quiet()) loud(true);
  const wake = () => quiet() || audio?.state === "running" || loud(true);
  addEventListener("click", wake);
  addEventListener("keydown", wake);
}

// The thread: followed to its end unless the agent reads further up.
const thread = part("thread");
let pinned = true;
thread?.addEventListener("scroll", () => {
  pinned = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
});
// An alarm above or a form unfolded below must not hide its end.
if (thread) new ResizeObserver(() => pinned && (thread.scrollTop = thread.scrollHeight)).observe(thread);

function arrived() {
  if (thread && pinned) thread.scrollTop = thread.scrollHeight;
  const last = part("more")?.dataset.last;
  for (const field of document.querySelectorAll("input.seen")) field.value = document.hidden ? field.value : last;
  if (last && !document.hidden) seen(last);
}

let told = "";
function seen(last) {
  const conversation = part("reply")?.dataset.conversation;
  if (!conversation || told === `${conversation} ${last}`) return;
  told = `${conversation} ${last}`;
  const body = new URLSearchParams({ seen: last });
  fetch(`/desk/c/${conversation}/seen`, { method: "POST", body, headers: { "X-CSRF-Token": csrf } }).catch(() => {});
}
document.addEventListener("visibilitychange", arrived);

// The reply: a draft that survives the page, sent once however often the key is pressed.
const draftKey = () => `draft ${part("reply").dataset.conversation}`;

function recall() {
  if (!part("reply")) return;
  part("text").value ||= stored("sessionStorage", draftKey());
  arrived();
}
document.addEventListener("input", ({ target }) => {
  if (target.id === "text") stored("sessionStorage", draftKey(), target.value);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "reply") return;
  if (!part("text").value.trim()) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.id !== "reply" || !detail.successful) return;
  target.elements.client_id.value = crypto.getRandomValues(new Uint32Array(2)).join("-");
  part("text").value = "";
  stored("sessionStorage", draftKey(), "");
  pinned = true;
  tell("");
  htmx.trigger("#more", "refresh");
});

// Keys. Not while a Chinese word is being composed, and letters not while somebody writes.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "text") {
    event.preventDefault();
    return part("reply").requestSubmit();
  }
  const number = event.altKey && !event.ctrlKey && /^Digit([1-9])$/.exec(event.code)?.[1];
  const quick = number && document.querySelectorAll("#canned button")[number - 1];
  if (quick) {
    event.preventDefault();
    return insert(quick.value);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    c: claim,
    r: () => part("text")?.focus(),
    p: () => unfold("canned"),
    t: () => unfold("passing"),
    a: () => part("open-account")?.click(),
  };
  const act = acts[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

function step(by) {
  const rows = [...document.querySelectorAll("#list a.row")];
  if (!rows.length) return;
  const from = rows.findIndex((row) => row === document.activeElement);
  const open = rows.findIndex((row) => row.ariaCurrent === "true");
  const at = from < 0 ? (open < 0 ? (by > 0 ? -1 : 0) : open) : from;
  rows.at((at + by + rows.length) % rows.length).focus();
}

function claim() {
  const row = document.activeElement.closest("#list li");
  (row || part("holding"))?.querySelector("form.claim")?.requestSubmit();
}

// Words often written: put in where the agent writes, never sent by themselves.
function insert(words) {
  const text = part("text");
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  stored("sessionStorage", draftKey(), text.value);
  text.focus();
}
document.addEventListener("click", ({ target }) => {
  if (target.matches("#canned button")) insert(target.value);
});

function unfold(name) {
  if (!part(name)) return;
  part(name).open = true;
  part(name).querySelector("button, select").focus();
}

// How long somebody has been waiting.
function tick() {
  for (const each of document.querySelectorAll("time.waits")) {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(each.dateTime)) / 60000));
    each.textContent = `等 ${minutes} 分钟`;
    each.classList.toggle("long", minutes >= 5);
  }
}
setInterval(tick, 15000);

recall();
arrived();
tick();
