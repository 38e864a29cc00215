// Asks before a form or button with data-confirm does its work.
(() => {
  soon.on("submit", (event) => {
    const asked = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (!asked.dataset.confirm || asked.dataset.confirmed) {
      delete asked.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const texts = document.body.dataset;
    const box = soon.make("dialog", { className: "dialog" });
    const body = soon.make("p", { id: "confirm-text", className: "dialog-body confirm", textContent: asked.dataset.confirm });
    const foot = soon.make("form", { className: "dialog-foot", method: "dialog" });
    const yes = soon.make("button", {
      className: "button primary", value: "yes", textContent: event.submitter?.textContent.trim() || texts.textYes,
    });
    const no = soon.make("button", { className: "button", textContent: texts.textNo });
    box.setAttribute("aria-labelledby", body.id);
    foot.append(yes, no);
    box.append(body, foot);
    box.addEventListener("close", () => {
      box.remove();
      if (box.returnValue !== "yes") return;
      asked.dataset.confirmed = "yes";
      event.target.requestSubmit(event.submitter);
    });
    document.body.append(box);
    box.showModal();
  }, true);
})();
