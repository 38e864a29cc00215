// Turns <input data-combobox list> and <select data-combobox> into a field that searches as you type.
// The datalist or select stays in the page and is what is posted; inside a dialog the list is always open.
(() => {
  let count = 0;

  const plain = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().trim();

  function searchField(select) {
    const input = soon.make("input", {
      type: "text", id: select.id, required: select.required, disabled: select.disabled,
    });
    select.id += "-value";
    for (const name of ["aria-describedby", "aria-invalid", "aria-label", "placeholder", "data-autofocus"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    select.required = false;
    return input;
  }

  function enhance(field) {
    if (field.dataset.comboboxReady) return;
    field.dataset.comboboxReady = "yes";
    const select = field.tagName === "SELECT" ? field : null;
    const hadFocus = document.activeElement === field;
    const input = select ? searchField(select) : field;
    const datalist = select ? null : field.list;
    const inline = Boolean(field.closest(".dialog, .dialog-page"));
    const url = field.dataset.comboboxUrl;
    const list = soon.make("ul", {
      id: `combobox-${++count}`, className: "combobox-list", role: "listbox", hidden: true,
      ariaLabel: input.ariaLabel || input.labels?.[0]?.textContent.trim() || "",
    });
    const box = soon.make("div", { className: inline ? "combobox inline" : "combobox" });
    let found = [];
    let active = -1;
    let timer;
    let turn = 0;

    input.removeAttribute("list");
    input.autocomplete = "off";
    Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
    input.setAttribute("aria-controls", list.id);
    field.before(box);
    box.append(input, list);
    if (select) {
      select.hidden = true;
      box.append(select);
      input.value = chosenLabel();
    }

    function chosenLabel() {
      const option = select.selectedOptions[0];
      return option && option.value ? option.label.trim() : "";
    }

    function local() {
      const options = [...(select || datalist).options].filter((option) => option.value);
      return options.map((option) => ({
        value: option.value, label: (option.label || option.value).trim(), hint: option.dataset.hint || "",
      }));
    }

    function draw(options) {
      found = options;
      list.replaceChildren(...options.map((option, index) => {
        const item = soon.make("li", { id: `${list.id}-${index}`, role: "option", className: "combobox-option" });
        item.append(soon.make("span", { textContent: option.label }));
        if (option.hint) item.append(soon.make("span", { textContent: option.hint, className: "muted" }));
        item.classList.toggle("is-chosen", option.label === input.value);
        return item;
      }));
      if (!options.length && select) {
        list.append(soon.make("li", {
          className: "combobox-none", role: "option", ariaDisabled: "true", textContent: document.body.dataset.textNothing,
        }));
      }
      list.hidden = !list.children.length;
      input.ariaExpanded = String(!list.hidden);
      mark(inline || select ? options.findIndex((option) => option.label === input.value) : -1);
    }

    function mark(index) {
      active = index;
      [...list.children].forEach((item, at) => item.ariaSelected = String(at === index));
      const item = found.length ? list.children[index] : null;
      if (item) {
        input.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    }

    async function open(words) {
      const asked = ++turn;
      if (!url) {
        draw(local().filter((option) => plain(`${option.label} ${option.hint}`).includes(plain(words))));
        return;
      }
      const address = new URL(url, location.href);
      address.searchParams.set("q", words);
      const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
      const options = answer?.ok && await answer.json();
      // Somebody who has gone on typing, or chosen, waits for no earlier answer.
      if (options && asked === turn && document.activeElement === input) draw(options);
    }

    function close() {
      clearTimeout(timer);
      turn++;
      if (inline) return;
      list.hidden = true;
      input.ariaExpanded = "false";
      mark(-1);
    }

    function choose(option) {
      input.value = option.label;
      if (select && ![...select.options].some((known) => known.value === String(option.value))) {
        select.add(new Option(option.label, option.value));
      }
      field.value = option.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      if (inline) open("");
      else close();
    }

    function settle() {
      close();
      if (!select || input.value === chosenLabel()) return;
      const same = found.find((option) => plain(option.label) === plain(input.value));
      if (same) choose(same);
      else if (!input.value.trim()) choose({ value: "", label: "" });
      else input.value = chosenLabel();
    }

    // Focus that was here before, as after new lines came from the server, opens nothing and moves no page.
    if (hadFocus) input.focus({ preventScroll: true });
    input.addEventListener("focus", () => { if (select) input.select(); open(""); });
    input.addEventListener("click", () => { if (list.hidden) open(""); });
    input.addEventListener("blur", settle);
    input.addEventListener("input", () => {
      clearTimeout(timer);
      // What is in the page is found at once, so that the next key meets the list of this one.
      if (url) timer = setTimeout(() => open(input.value), 180);
      else open(input.value);
    });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (list.hidden) open("");
        else if (found.length) mark((active + step + found.length) % found.length);
      } else if (event.key === "Enter" && !list.hidden && found[active] && found[active].label !== input.value) {
        event.preventDefault();
        choose(found[active]);
      } else if (event.key === "Escape" && !list.hidden && !inline) {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
    });
    // Pressing the mouse must not take the focus from the field, or the list would close under the pointer.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = found[[...list.children].indexOf(event.target.closest("li"))];
      if (option) choose(option);
    });
    if (inline) open("");
  }

  soon.onContent((root) => root.querySelectorAll("[data-combobox]").forEach(enhance));
})();
