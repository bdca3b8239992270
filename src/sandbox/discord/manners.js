// What people are used to from Discord, and SimCord's page does otherwise.
(() => {
  const SCROLLING_MS = 1000, NEAR_PX = 40;
  const form = document.getElementById("channel-composer");
  const timeline = document.getElementById("channel-timeline");

  // The list of messages beside the messages is for whoever looks for one.
  const list = document.getElementById("messages-toggle");
  if (list.getAttribute("aria-expanded") === "true") list.click();
  list.blur();

  // Whoever begins to type means the composer.
  document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
    if (document.activeElement !== document.body || key.length !== 1 || ctrlKey || metaKey || altKey) return;
    document.getElementById("channel-composer-input")?.focus();
  });

  // Enter sends a command as it is: its list of further options is there for Tab, or for whoever goes through it.
  let walked = false;
  document.addEventListener("keydown", (event) => {
    if (!event.isTrusted) return;
    const chip = event.target instanceof Element && event.target.closest(".command-chip[aria-expanded=true]");
    const press = (key) => chip.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    if (!chip) walked = false;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") walked = true;
    else if (event.key === "Enter" && !walked) press("Escape");
    else if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      press("Enter");
    }
  }, true);

  // An option offers its choices before the first letter.
  const offered = new WeakMap();
  form.addEventListener("focusin", ({ target }) => {
    const command = form.querySelector(".command-context");
    if (!command || !target.matches(".command-option-input[role=combobox]") || target.value) return;
    const options = offered.get(command) ?? new Set();
    if (options.has(target.dataset.option)) return;
    offered.set(command, options.add(target.dataset.option));
    setTimeout(() => target.dispatchEvent(new Event("input", { bubbles: true })));
  });

  // The newest message stays in sight, and while it grows, until somebody scrolls away from it.
  let following = true, scrolled = -Infinity;
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    timeline.addEventListener(kind, () => { scrolled = performance.now(); }, { passive: true });
  }
  timeline.addEventListener("scroll", () => {
    const left = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight;
    if (performance.now() - scrolled < SCROLLING_MS) following = left < NEAR_PX;
  }, { passive: true });
  const sizes = new ResizeObserver(() => {
    // After the page's own correction, which is made in the same frame.
    requestAnimationFrame(() => { if (following) timeline.scrollTop = timeline.scrollHeight; });
  });
  for (const part of [timeline, document.getElementById("channel-message-list")]) sizes.observe(part);

  // Whoever types goes on typing: after a choice Enter sends; what was sent is in sight; then comes the next command.
  let typing = false, composing = false;
  document.addEventListener("focusin", ({ target }) => { typing = form.contains(target); });
  new MutationObserver(() => {
    if (typing && document.activeElement === document.body) {
      form.querySelector(".command-chip, #channel-composer-input")?.focus();
    }
    const before = composing;
    composing = form.querySelector(".command-row") !== null;
    following ||= before && !composing;
  }).observe(form, { childList: true, subtree: true });
})();
