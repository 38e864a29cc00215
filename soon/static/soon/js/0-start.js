// Loaded first: what the other scripts share, the loading bar and the messages when the server refuses.
"use strict";

const soon = {
  on: (...listening) => document.addEventListener(...listening),
  byId: (id) => document.getElementById(id),

  /** Calls back with the page, and with every part that arrives later. */
  onContent(callback) {
    callback(document);
    soon.on("htmx:load", (event) => callback(event.target));
  },

  /** Makes an element with these properties. */
  make: (tag, properties) => Object.assign(document.createElement(tag), properties),

  /** Shows a message in the corner until it is dismissed. */
  toast(text) {
    const box = soon.make("div", { className: "notice danger" });
    const close = soon.make("button", {
      className: "button small", type: "button", textContent: document.body.dataset.textDismiss,
    });
    close.dataset.dismiss = box.dataset.message = "";
    box.append(soon.make("span", { textContent: text }), close);
    (document.querySelector("dialog[open] .dialog-body") || soon.byId("toasts")).prepend(box);
  },
};

(() => {
  const page = document.documentElement;
  let running = 0;

  const show = (change) => {
    running = Math.max(0, running + change);
    page.classList.toggle("is-loading", running > 0);
  };
  soon.on("htmx:beforeRequest", () => show(1));
  soon.on("htmx:afterRequest", () => {
    show(-1);
    document.querySelectorAll(".is-pressed").forEach((button) => button.classList.remove("is-pressed"));
  });

  // A form that is on its way is not sent twice; the button that sent it shows that it works.
  soon.on("submit", (event) => {
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

  soon.on("htmx:responseError", (event) => {
    const texts = document.body.dataset;
    soon.toast(event.detail.xhr.status === 403 ? texts.textForbidden : texts.textFailed);
  });
  soon.on("htmx:sendError", () => soon.toast(document.body.dataset.textOffline));
  soon.on("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest("[data-message]").remove();
  });
})();
