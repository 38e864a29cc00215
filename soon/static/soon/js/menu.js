// Menus made of <details>: one open at a time, closed by Esc, by a click elsewhere and by leaving with Tab.
(() => {
  const open = () => [...document.querySelectorAll("details.menu[open]")];
  const closeAllBut = (kept) => open().forEach((menu) => { if (!menu.contains(kept)) menu.open = false; });

  document.addEventListener("click", (event) => closeAllBut(event.target));
  document.addEventListener("focusin", (event) => closeAllBut(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
})();
