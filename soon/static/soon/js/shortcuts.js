// Keyboard: "/" searches, "?" helps, and every [data-shortcut] names its own keys ("n", "g s", "ctrl k").
(() => {
  let before = "";
  let timer;
  const isTyping = (element) => element.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");

  soon.on("keydown", (event) => {
    if (event.altKey || event.metaKey || event.isComposing) return;
    const key = (event.ctrlKey ? "ctrl " : "") + event.key.toLowerCase();
    if (!event.ctrlKey && (isTyping(event.target) || document.querySelector("dialog[open]"))) return;
    const keys = before ? `${before} ${key}` : key;
    const named = [...document.querySelectorAll("[data-shortcut]")].find((one) => one.dataset.shortcut === keys);
    const search = key === "/" ? document.querySelector("[data-search]") || document.querySelector("[data-shortcut='ctrl k']") : null;
    clearTimeout(timer);
    before = "";
    if (named?.matches("input") || search) {
      event.preventDefault();
      (search || named).focus();
      (search || named).select();
    } else if (named) {
      event.preventDefault();
      named.click();
    } else if (key === "?") {
      soon.byId("shortcuts")?.showModal();
    } else if (key === "g") {
      before = key;
      timer = setTimeout(() => { before = ""; }, 1200);
    }
  });
})();
