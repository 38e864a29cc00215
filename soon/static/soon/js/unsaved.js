// Asks before somebody leaves a form[data-guard] whose content differs from what was loaded.
(() => {
  const loaded = new WeakMap();
  const content = (form) => new URLSearchParams(new FormData(form)).toString();

  soon.onContent((root) => root.querySelectorAll("form[data-guard]").forEach((form) => {
    if (!loaded.has(form)) loaded.set(form, content(form));
  }));
  soon.on("submit", (event) => loaded.delete(event.target));
  addEventListener("beforeunload", (event) => {
    const changed = [...document.querySelectorAll("form[data-guard]")].some(
      (form) => loaded.has(form) && loaded.get(form) !== content(form),
    );
    if (changed) event.preventDefault();
  });
})();
