// Loaded first: what the other scripts share, the loading bar and the messages when the server refuses.
"use strict";

const soon = {
  /** Calls back with the page, and with every part that arrives later. */
  onContent(callback) {
    callback(document);
    document.addEventListener("htmx:load", (event) => callback(event.target));
  },

  /** Shows a message in the corner until it is dismissed. */
  toast(text) {
    const box = Object.assign(document.createElement("div"), { className: "notice danger" });
    const close = Object.assign(document.createElement("button"), { className: "button small", type: "button" });
    close.textContent = document.body.dataset.textDismiss;
    close.setAttribute("data-dismiss", "");
    box.setAttribute("data-message", "");
    box.append(Object.assign(document.createElement("span"), { textContent: text }), close);
    (document.querySelector("dialog[open] .dialog-body") || document.getElementById("toasts")).prepend(box);
  },
};

(() => {
  const page = document.documentElement;
  let running = 0;

  const show = (change) => {
    running = Math.max(0, running + change);
    page.classList.toggle("is-loading", running > 0);
  };
  document.addEventListener("htmx:beforeRequest", () => show(1));
  document.addEventListener("htmx:afterRequest", () => show(-1));

  // A form that is on its way is not sent twice; the button that sent it shows that it works.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.closest("dialog") || form.method === "get") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.classList.add("is-waiting");
    show(1);
    setTimeout(() => rest(form), 10000);
  });
  function rest(form) {
    if (form.dataset.sent) show(-1);
    delete form.dataset.sent;
    form.querySelectorAll(".is-waiting").forEach((button) => button.classList.remove("is-waiting"));
  }
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(rest));

  document.addEventListener("htmx:responseError", (event) => {
    const texts = document.body.dataset;
    soon.toast(event.detail.xhr.status === 403 ? texts.textForbidden : texts.textFailed);
  });
  document.addEventListener("htmx:sendError", () => soon.toast(document.body.dataset.textOffline));
  document.addEventListener("htmx:afterRequest", () => {
    document.querySelectorAll(".is-pressed").forEach((button) => button.classList.remove("is-pressed"));
  });
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest("[data-message]").remove();
  });
})();
