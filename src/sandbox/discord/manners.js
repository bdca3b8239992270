// What people are used to from Discord, and SimCord's page does otherwise.
(() => {
  const SCROLLING_MS = 1000, REPLAY_MS = 5, NEAR_PX = 40;
  const form = document.getElementById("channel-composer");
  const timeline = document.getElementById("channel-timeline");

  // The list of messages beside the messages is for whoever looks for one.
  const list = document.getElementById("messages-toggle");
  if (list.getAttribute("aria-expanded") === "true") list.click();
  list.blur();

  // Whoever types on while the page sends loses nothing: the page drops such keys, so they wait until it takes them.
  const send = document.getElementById("send-message");
  const held = [];
  let sending = false, replaying = false;
  const press = (target, key) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  document.addEventListener("keydown", (event) => {
    const { key, target, isTrusted, isComposing, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (!isTrusted || !(sending || replaying) || isComposing || ctrlKey || metaKey || altKey) return;
    if (target !== document.body && !form.contains(target)) return;
    if (key === "Backspace") held.pop();
    else if (key.length === 1 || (!shiftKey && ["Enter", "Tab"].includes(key))) held.push(key);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  const replay = () => {
    replaying = held.length > 0 && !sending;
    if (!replaying) return;
    setTimeout(replay, REPLAY_MS);
    if (send.disabled || simcordPreview.commandPicker.catalog.state === "loading") return;
    const key = held.shift();
    const field = form.contains(document.activeElement) && document.activeElement !== send
      ? document.activeElement : form.querySelector(".command-chip, #channel-composer-input");
    if (key.length > 1) {
      const open = field.matches(".command-chip[aria-expanded=true]");
      if (open && key === "Enter") press(field, "Escape");
      press(field, open && key === "Tab" ? "Enter" : key);
    } else if (field.setRangeText) {
      field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  new MutationObserver(() => {
    const sent = sending && !send.disabled;
    sending = send.disabled && (sending || ["run_command", "send_message"].includes(simcordPreview.pendingAction?.kind));
    if (!sent) return;
    // What was refused stays in the composer, to be mended: nothing is to be typed into it.
    if (form.querySelector(".command-row")) held.length = 0;
    if (!replaying) replay();
  }).observe(send, { attributes: true, attributeFilter: ["disabled"] });

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
    if (!chip) walked = false;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") walked = true;
    else if (event.key === "Enter" && !walked) press(chip, "Escape");
    else if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      press(chip, "Enter");
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
