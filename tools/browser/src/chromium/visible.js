// Runs in a world of its own, in which the page's scripts have changed nothing: takes away what a person
// would not see, and gives the rest as HTML of at most MAX_CHARS characters.
(() => {
  "use strict";
  const MAX_CHARS = 4 << 20;
  // No more text than this is shown, and no longer than this is looked for it, in milliseconds.
  const MAX_TEXT = 3 << 20;
  const MAX_TIME = 2500;
  // Past any screen, in CSS pixels.
  const FAR = 20000;
  // Their text is not shown as text, and what reads the HTML knows them.
  const RAW = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "TITLE", "TEXTAREA", "OPTION"]);

  // A person opens these with a click.
  for (const details of document.querySelectorAll("details")) details.open = true;

  const seen = new Map();
  const above = (node) => {
    const root = node.getRootNode();
    return node.assignedSlot || node.parentElement || (root instanceof ShadowRoot ? root.host : null);
  };
  const isShown = (element) => {
    // These have no box of their own.
    while (element && getComputedStyle(element).display === "contents") element = above(element);
    return !element || element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  // Whether an element, or one around it, cuts its content down to nothing.
  const isCut = (element) => {
    if (!element) return false;
    if (seen.has(element)) return seen.get(element);
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const cuts = style.overflowX !== "visible" || style.overflowY !== "visible";
    const isBlock = style.display !== "inline" && style.display !== "contents";
    const isRoot = element === document.documentElement || element === document.body;
    const isOwn =
      // What is laid out only when it comes into sight has no size yet.
      (!isRoot && isBlock && cuts && (box.width <= 1 || box.height <= 1) &&
        element.checkVisibility({ contentVisibilityAuto: true })) ||
      /^rect\(0px,? 0px,? 0px,? 0px\)|^rect\(1px,? 1px,? 1px,? 1px\)/.test(style.clip) ||
      /^inset\((100|50)%/.test(style.clipPath) ||
      /^circle\(0/.test(style.clipPath) ||
      Math.abs(parseFloat(style.textIndent)) > 900;
    const verdict = isOwn || isCut(above(element));
    seen.set(element, verdict);
    return verdict;
  };
  const isTransparent = (color) => /^rgba\(.*, 0\)$|\/ 0\)$|^transparent$/.test(color);
  const isFar = (box) => {
    const [x, y] = [scrollX, scrollY];
    return box.right + x < 0 || box.bottom + y < 0 || box.left + x > FAR && box.left + x > innerWidth * 10;
  };
  const range = document.createRange();
  const isHidden = (text) => {
    const element = text.parentElement || above(text);
    if (!element) return false;
    // Formulas are drawn by one part of them and kept in another that is cut away.
    const math = element.closest("math");
    if (math) return !isShown(above(math) || math);
    if (!isShown(element) || isCut(element)) return true;
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < 2 || isTransparent(style.color) && isTransparent(style.webkitTextFillColor)) return true;
    range.selectNodeContents(text);
    return isFar(range.getBoundingClientRect());
  };

  // First everything is looked at, then changed: a change in between would lay the page out again.
  const begun = performance.now();
  let nText = 0;
  const gone = [];
  const rests = [];
  const hosts = [];
  const roots = [document.documentElement];
  while (roots.length) {
    const root = roots.pop();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (nText > MAX_TEXT || performance.now() - begun > MAX_TIME) {
        rests.push([node, root]);
        break;
      }
      if (node.nodeType === Node.TEXT_NODE) {
        const parent = node.parentElement;
        if (parent && RAW.has(parent.tagName) || !node.data.trim()) continue;
        if (isHidden(node)) gone.push(node);
        else nText += node.data.length;
        continue;
      }
      if (node.shadowRoot) { hosts.push(node); roots.push(node.shadowRoot); }
      if (node.tagName === "IMG" && !isShown(node)) gone.push(node);
      // Addresses are read beside the page's own, which a script may have changed.
      if (node.tagName === "A" && node.hasAttribute("href") && /^https?:/.test(node.href)) node.setAttribute("href", node.href);
    }
  }
  for (const base of document.querySelectorAll("base")) base.remove();
  for (const node of gone) node.remove();
  // What was not looked at is not shown.
  for (const [node, root] of rests) {
    if (!root.contains(node)) continue;
    range.setStartBefore(node);
    range.setEnd(root, root.childNodes.length);
    range.deleteContents();
  }
  // What a component draws stands in the place of what it was given.
  for (const host of hosts) {
    const shadow = host.shadowRoot;
    for (const slot of shadow.querySelectorAll("slot")) {
      const given = slot.assignedNodes();
      if (given.length) slot.replaceWith(...given);
      else slot.replaceWith(...slot.childNodes);
    }
    for (const style of shadow.querySelectorAll("style, script")) style.remove();
    host.replaceChildren(...shadow.childNodes);
  }
  // Half a character is not text.
  return document.documentElement.outerHTML.slice(0, MAX_CHARS).toWellFormed();
})()
