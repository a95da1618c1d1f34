// Measures the drawn page: contrast of every visible text, size of every target, names, width. Answers a list of faults.
({ least = 44 } = {}) => {
  const shown = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !node.closest(".unseen, [hidden]");
  const numbers = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) =>
    [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const color = numbers(getComputedStyle(each).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const faults = [];

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode()); ) {
    const node = text.parentElement;
    if (!text.data.trim() || !shown(node) || ["SCRIPT", "NOSCRIPT"].includes(node.tagName)) continue;
    const ratio = contrast(numbers(getComputedStyle(node).color), ground(node));
    if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${text.data.trim().slice(0, 20)}`);
  }
  for (const node of document.querySelectorAll("button, textarea, summary, a.act")) {
    if (!shown(node) || node.ariaDisabled === "true") continue;
    const { width, height } = node.getBoundingClientRect();
    if (width < least || height < least) faults.push(`target ${width}x${height}: ${node.textContent}`);
    const name = node.textContent.trim() || node.labels?.[0]?.textContent;
    if (!name) faults.push(`no name: ${node.outerHTML.slice(0, 60)}`);
    const edge = numbers(getComputedStyle(node).borderTopColor);
    const filled = contrast(ground(node), ground(node.parentElement));
    if (node.matches("button, textarea") && Math.max(contrast(edge, ground(node.parentElement)), filled) < 3)
      faults.push(`edge: ${node.textContent || node.id}`);
  }
  const page = document.documentElement;
  for (const node of [page, document.querySelector("#view")].filter(Boolean))
    if (node.scrollWidth > node.clientWidth) faults.push(`wider than the window: ${node.tagName}`);
  return faults;
}
