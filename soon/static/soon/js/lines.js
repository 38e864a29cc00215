// Adds and removes the lines of a quotation in place; without it the server's own buttons do the same.
(() => {
  let typing;
  let busy;
  let again;

  // The server knows prices, taxes and totals: it draws the lines anew, nothing is saved.
  function refresh(form) {
    again = busy;
    if (busy) return;
    busy = true;
    const done = () => {
      busy = false;
      if (again) refresh(form);
    };
    htmx.ajax("POST", form.action, {
      source: form, target: "#lines", select: "#lines", swap: "outerHTML", values: { refresh: "1" },
    }).then(done, done);
  }

  soon.on("click", (event) => {
    const button = event.target.closest("[data-lines-add]");
    const box = button?.closest("[data-lines]");
    const template = box?.querySelector("template[data-lines-template]");
    if (!template) return;
    event.preventDefault();
    const total = box.querySelector("[name$='-TOTAL_FORMS']");
    const body = box.querySelector("[data-lines-body]");
    body.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll("__prefix__", total.value++));
    const line = body.lastElementChild;
    htmx.trigger(line, "htmx:load");
    typing = line.querySelector("input:not([type=hidden]), select:not([hidden])");
    typing?.focus();
  });

  soon.on("change", (event) => {
    const field = event.target;
    typing = null;
    if (field.closest("[data-line-delete]") && field.checked) field.closest("[data-line]").hidden = true;
    const form = field.closest("form[data-lines-refresh]");
    if (!form || !(field.closest("[data-refreshes]") || field.closest("[data-line-delete]"))) return;
    refresh(form);
  });

  soon.on("input", (event) => { typing = event.target; });
  soon.on("htmx:beforeSwap", ({ detail }) => {
    // An answer never takes a field away under somebody's hands; it is asked again when they leave the field.
    const field = document.activeElement;
    const held = field === typing || field.ariaExpanded === "true";
    if (detail.target?.id !== "lines" || !held && !again) return;
    detail.shouldSwap = false;
    if (held) field.addEventListener("blur", () => refresh(field.form), { once: true });
  });
})();
