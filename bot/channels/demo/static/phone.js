// Looks again every two seconds, and sends without leaving the page. Without this script the forms still work.
const status = document.querySelector("#status");
const number = document.body.dataset.number;

function atEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 40;
}

function toEnd(list) {
  list.scrollTop = list.scrollHeight;
}

async function look() {
  try {
    const answer = await fetch(`/demo/phone/screens?to=${encodeURIComponent(number)}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const list of document.querySelectorAll(".bubbles")) {
      const newer = fresh.getElementById(list.id);
      if (!newer || newer.innerHTML === list.dataset.shown) continue;
      const follow = atEnd(list);
      list.dataset.shown = newer.innerHTML;
      list.replaceChildren(...newer.children);
      if (follow) toEnd(list);
    }
    if (status.dataset.lost) {
      status.textContent = "";
      delete status.dataset.lost;
    }
  } catch {
    status.textContent = "连不上服务,正在重试…";
    status.dataset.lost = "yes";
  }
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    status.textContent = told.error ? told.error.message : told.told;
    if (answer.ok && !event.submitter.name) form.querySelector("textarea").value = "";
  } catch {
    status.textContent = "没有送出,请再试一次";
  }
  look();
}

function onEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.currentTarget.form.requestSubmit(event.currentTarget.form.querySelector(".main"));
}

for (const form of document.querySelectorAll("form[method=post]")) form.addEventListener("submit", send);
for (const area of document.querySelectorAll("textarea")) area.addEventListener("keydown", onEnter);
for (const list of document.querySelectorAll(".bubbles")) toEnd(list);
setInterval(look, 2000);
