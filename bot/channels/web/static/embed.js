// Puts a button on a supplier's page that opens the chat beside it. Nothing of the chat is loaded before it is opened.
//   <script src="https://kefu.example.cn/chat/embed.js" data-title="在线客服" data-color="#0d5c53" async></script>

(() => {
  const script = document.currentScript;
  const { title = "用电客服", color = "#0d5c53" } = script.dataset;
  const address = new URL("/chat/", script.src);

  const STYLE = `
    :host { all: initial; position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; font-family: "PingFang SC", "Microsoft YaHei", sans-serif; }
    * { box-sizing: border-box; }
    button, a { font: inherit; color: #fff; background: none; border: 0; cursor: pointer; text-decoration: none; }
    .open { min-height: 56px; padding: 10px 22px; border-radius: 28px; background: var(--color); font-size: 18px; box-shadow: 0 4px 16px #0004; }
    .open small { display: block; font-size: 13px; line-height: 1.4; }
    .open small:empty { display: none; }
    .panel { position: fixed; right: 16px; bottom: 16px; width: 400px; height: min(680px, calc(100vh - 32px)); display: flex; flex-direction: column;
      background: #fff; border-radius: 12px; overflow: hidden; box-shadow: 0 8px 32px #0006; }
    .bar { display: flex; align-items: center; background: var(--color); color: #fff; font-size: 16px; padding-left: 16px; }
    .bar span { flex: 1; }
    .bar > button, .bar > a { min-width: 48px; min-height: 48px; display: inline-flex; align-items: center; justify-content: center; padding: 0 12px; }
    iframe { flex: 1; width: 100%; border: 0; }
    [hidden] { display: none !important; }
    :focus-visible { outline: 3px solid #f0b95a; outline-offset: -3px; }
    @media (max-width: 480px) { .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; } }
  `;

  function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name, value);
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  const waiting = element("small", {});
  const open = element("button", { type: "button", class: "open", "aria-expanded": "false", click: show }, title, waiting);
  const alone = element("a", { href: address.href, target: "_blank", rel: "noopener", title: "在新窗口打开" }, "新窗口");
  const close = element("button", { type: "button", "aria-label": "收起客服窗口", click: hide }, "收起");
  const bar = element("div", { class: "bar" }, element("span", {}, title), alone, close);
  const panel = element("section", { class: "panel", hidden: "", "aria-label": title, keydown: leave }, bar);
  let frame = null;

  function show() {
    if (!frame) {
      frame = element("iframe", { src: `${address.href}?framed`, title: `${title}对话` });
      panel.append(frame);
    }
    panel.hidden = false;
    open.hidden = true;
    open.setAttribute("aria-expanded", "true");
    frame.focus();
  }

  function hide() {
    panel.hidden = true;
    open.hidden = false;
    open.setAttribute("aria-expanded", "false");
    open.focus();
  }

  function leave({ key }) {
    if (key === "Escape") hide();
  }

  // When people are there and how long they take, before a word is written; without it the button says only its name.
  fetch(new URL("/chat/api/desk", script.src))
    .then((answer) => (answer.ok ? answer.json() : { text: "" }))
    .then(({ text }) => (waiting.textContent = text))
    .catch(() => {});

  const host = element("div", {});
  const sheet = new CSSStyleSheet(); // a constructed sheet passes a strict content policy of the site
  sheet.replaceSync(STYLE.replaceAll("var(--color)", CSS.supports("color", color) ? color : "#0d5c53"));
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(open, panel);
  const place = () => document.body.append(host);
  document.body ? place() : addEventListener("DOMContentLoaded", place);
})();
