// Asks before a form or button with data-confirm does its work.
(() => {
  document.addEventListener("submit", (event) => {
    const asked = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (!asked.dataset.confirm || asked.dataset.confirmed) {
      delete asked.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const texts = document.body.dataset;
    const box = Object.assign(document.createElement("dialog"), { className: "dialog" });
    const body = Object.assign(document.createElement("p"), { className: "dialog-body", textContent: asked.dataset.confirm });
    const foot = Object.assign(document.createElement("form"), { className: "dialog-foot", method: "dialog" });
    const yes = Object.assign(document.createElement("button"), {
      className: "button primary", value: "yes", textContent: event.submitter?.textContent.trim() || texts.textYes,
    });
    const no = Object.assign(document.createElement("button"), { className: "button", textContent: texts.textNo });
    body.id = "confirm-text";
    box.setAttribute("aria-labelledby", body.id);
    body.classList.add("confirm");
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
