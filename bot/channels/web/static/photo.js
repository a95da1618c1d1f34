// Sends the picture a customer has chosen. Loaded when the first one is chosen.

const MOST = 5 * 1024 * 1024;

export async function send(input, unsent, element, openSession, connect) {
  const [file] = input.files;
  input.value = "";
  if (!file) return;
  const waiting = placeFor(file, unsent, element);
  if (file.size > MOST) return waiting.failed("照片太大，一张最多 5 MB，请换一张", null);
  const form = new FormData();
  form.append("client_id", crypto.getRandomValues(new Uint32Array(4)).join("-"));
  form.append("file", file);
  attempt();

  // The same client_id each time: a picture that had arrived after all is not stored twice.
  async function attempt() {
    waiting.sending();
    try {
      let answer = await post(form);
      if (answer.status === 401) answer = await openSession().then(() => post(form));
      if (!answer.ok) return waiting.failed((await answer.json()).error.message, answer.status < 500 ? null : attempt);
    } catch {
      return waiting.failed("照片没发出去", attempt);
    }
    waiting.node.remove();
    connect();
  }
}

const post = (form) =>
  fetch("/chat/api/attachments", { method: "POST", body: form, signal: AbortSignal.timeout?.(60000) });

// Where the picture stands until the conversation shows it: its name, how it fares, and a way to try again.
function placeFor(file, unsent, element) {
  const state = element("span", { class: "sent" });
  const name = element("div", { class: "bubble" }, `照片 ${file.name}`);
  const node = element("div", { class: "message customer" }, element("p", { class: "who" }, state), name);
  unsent.append(node);
  node.scrollIntoView({ block: "end" });
  let button = null;

  function sending() {
    button?.remove();
    node.classList.remove("failed");
    state.textContent = "照片发送中…";
  }

  function failed(words, again) {
    node.classList.add("failed");
    state.textContent = words;
    const click = again ?? (() => node.remove());
    button = element("button", { type: "button", click }, again ? "重试" : "知道了");
    node.append(button);
  }

  return { node, sending, failed };
}
