// Lists: choose all rows, show what can be done with the chosen, fold groups.
(() => {
  function count(form) {
    const boxes = [...form.querySelectorAll("tbody .check input")];
    const chosen = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("[data-check-all]");
    const bar = form.querySelector("[data-bulk-bar]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    if (bar) {
      bar.hidden = !chosen;
      bar.querySelector("[data-bulk-count]").textContent = chosen;
    }
  }

  soon.on("change", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (!form || !event.target.closest(".check")) return;
    if (event.target.matches("[data-check-all]")) {
      form.querySelectorAll("tbody .check input").forEach((box) => { box.checked = event.target.checked; });
    }
    count(form);
  });

  soon.on("click", (event) => {
    const fold = event.target.closest("[data-fold]");
    if (fold) fold.ariaExpanded = String(fold.ariaExpanded !== "true");
  });

  // Coming back to a page the browser keeps the ticks.
  soon.onContent((root) => root.querySelectorAll("[data-bulk]").forEach(count));
})();
