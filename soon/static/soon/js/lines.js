// Adds and removes the lines of a quotation in place; without it the server's own buttons do the same.
(() => {
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
    line.querySelector("input:not([type=hidden]), select:not([hidden])")?.focus();
  });

  soon.on("change", (event) => {
    const field = event.target;
    if (field.closest("[data-line-delete]") && field.checked) field.closest("[data-line]").hidden = true;
    const form = field.closest("form[data-lines-refresh]");
    if (!form || !(field.closest("[data-refreshes]") || field.closest("[data-line-delete]"))) return;
    // The server knows prices, taxes and totals: it draws the lines anew, nothing is saved.
    htmx.ajax("POST", form.getAttribute("action") || location.href, {
      source: form, target: "#lines", select: "#lines", swap: "outerHTML", values: { refresh: "1" },
    });
  });
})();
