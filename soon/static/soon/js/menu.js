// Menus made of <details>: one open at a time, closed by Esc, by a click elsewhere and by leaving with Tab.
(() => {
  const open = () => document.querySelectorAll("details.menu[open]");

  ["click", "focusin"].forEach((kind) => soon.on(kind, (event) => {
    open().forEach((menu) => { menu.open = menu.contains(event.target); });
  }));
  soon.on("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
})();
