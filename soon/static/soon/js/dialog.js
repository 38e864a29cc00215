// Opens the page behind <a data-dialog> in the one <dialog> of the page, and sends its form without leaving.
(() => {
  const dialog = () => soon.byId("dialog");
  const swap = { target: "#dialog-content", swap: "innerHTML" };
  let opener = null;

  function focusFirst(box) {
    const first = box.querySelector(
      ".form-errors, [data-autofocus], .dialog-body :is(input:not([type=hidden]), select:not([hidden]), textarea)",
    ) || box.querySelector(".dialog-foot button");
    first?.focus();
  }

  soon.on("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target.closest("a[data-dialog]");
    const closer = event.target.closest("[data-dialog-close]");
    const shower = event.target.closest("[data-show]");
    if (link) {
      event.preventDefault();
      opener = link;
      htmx.ajax("GET", link.href, { ...swap, source: link });
    } else if (closer?.closest("dialog")) {
      event.preventDefault();
      closer.closest("dialog").close();
    } else if (shower) soon.byId(shower.dataset.show).showModal();
  });

  soon.on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.closest("#dialog")) return;
    event.preventDefault();
    if (form.classList.contains("htmx-request")) return;
    event.submitter?.classList.add("is-pressed");
    const values = event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {};
    htmx.ajax("POST", form.action, { ...swap, source: form, values });
  });

  soon.on("htmx:beforeSwap", (event) => {
    // A whole page in answer, such as the log-in page after a long lunch, belongs into the window.
    const { target, xhr } = event.detail;
    if (target?.id === "dialog-content" && /^\s*<!doctype/i.test(xhr.responseText)) {
      event.detail.shouldSwap = false;
      location.assign(xhr.responseURL);
    }
  });

  soon.on("htmx:afterSettle", (event) => {
    if (event.detail.target?.id === "dialog-content" && event.detail.target.children.length) {
      if (!dialog().open) dialog().showModal();
      focusFirst(dialog());
    } else if (event.detail.target === document.body) {
      scrollTo(0, 0);
      soon.byId("main")?.focus({ preventScroll: true });
    }
  });

  // "close" does not bubble, so it is caught on its way down.
  soon.on("close", (event) => {
    if (event.target.id !== "dialog") return;
    soon.byId("dialog-content").replaceChildren();
    if (opener?.isConnected) opener.focus();
  }, true);
})();
