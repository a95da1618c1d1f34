// Shows what was sent to one number, newest first, and looks again every two seconds.
const number = document.querySelector("#number");
const status = document.querySelector("#status");
const inbox = document.querySelector("#inbox");
let shown = "";

async function look() {
  if (!number.checkValidity()) {
    status.textContent = "手机号只能是数字";
    return;
  }
  try {
    const answer = await fetch(`/demo/api/sms?to=${encodeURIComponent(number.value)}`);
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    status.textContent = "连不上服务,正在重试…";
  }
}

function show(messages) {
  status.textContent = messages.length ? `共 ${messages.length} 条` : "这个号码还没有收到短信";
  const now = JSON.stringify(messages);
  if (now === shown) return;
  shown = now;
  inbox.replaceChildren(...messages.map(item));
}

function item({ text, sent_at }) {
  const line = document.createElement("li");
  const when = document.createElement("time");
  when.dateTime = sent_at;
  when.textContent = new Date(sent_at).toLocaleString("zh-CN");
  line.append(text, when);
  return line;
}

document.querySelector("#who").addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});
look();
setInterval(look, 2000);
