"""What people do on the pages of the closing flow, step by step, with the words of their language."""

import re
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Locator, Page, expect

Words = SimpleNamespace
# A page that is loaded anew forgets this mark, and with it the clicks that were counted.
_COUNT = """() => {
  window.clicks = 0;
  document.addEventListener("click", (event) => { window.clicks += event.isTrusted ? 1 : 0; }, true);
}"""


def open_menu(page: Page, menu: str, item: str) -> None:
    """Choose `item` of a menu of the top bar."""
    bar = page.get_by_role("banner")
    bar.locator("summary").filter(has_text=menu).first.click()
    bar.get_by_role("link", name=item, exact=True).first.click()


def press(page: Page, name: str) -> None:
    """Press the button `name` of the page, however it is made."""
    button = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    click(button.or_(page.get_by_role("main").get_by_role("link", name=name, exact=True)).first)


def click(target: Locator) -> None:
    """Click once the scripts of the page run: until then it works without them, and a link to a dialog leads to a page."""
    target.wait_for()
    target.page.wait_for_load_state()
    target.click()


def fill_named(page: Page, **values: str) -> None:
    """Fill fields by the names they are posted under."""
    for name, value in values.items():
        page.locator(f"[name={name.replace('__', '-')}]").fill(value)


def choose_named(page: Page, **labels: str) -> None:
    """Choose options of selects by their labels."""
    for name, label in labels.items():
        page.locator(f"[name={name.replace('__', '-')}]").select_option(label=label)


def search_field(where: Page | Locator, name: str) -> Locator:
    """Return the field `name` that suggests as one types; until its script runs there is a plain select instead."""
    return where.get_by_role("combobox", name=name, exact=True).and_(where.locator("input"))


def pick(page: Page, field: Locator, typed: str, option: str) -> None:
    """Search in a field that suggests, and pick the suggestion that holds `option`."""
    # Key by key: filling in at once would also say that the field was left.
    field.press_sequentially(typed)
    page.locator(".combobox-option").filter(has_text=option).first.click()


def choose_plan(page: Page) -> None:
    """Choose the first plan of a quotation and wait for the lines that the server then draws anew.

    Nobody types within the milliseconds in which they are replaced, except a test.
    """
    # What the customer's choice asked for is drawn first: it would else be taken for the answer to the plan.
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.locator("#lines").evaluate("lines => { lines.dataset.old = 'yes' }")
    page.locator("[name=plan]").select_option(index=1)
    expect(page.locator("#lines:not([data-old]) input[role=combobox]").first).to_be_visible()
    expect(page.locator(".htmx-request")).to_have_count(0)


def step_of(page: Page) -> Locator:
    """Return the step of the status bar on which the order stands."""
    return page.locator(".statusbar [aria-current=step]")


def pill_of(page: Page) -> Locator:
    """Return the tag beside the number of the order or invoice."""
    return page.locator(".sheet-head .pill")


def set_up_plan(page: Page, says: Words, name_vi: str, name_en: str) -> None:
    """Make a recurring plan that customers may close."""
    open_menu(page, says.configuration, says.plans)
    press(page, says.new)
    expect(page.get_by_role("group", name=says.self_service)).to_be_visible()
    fill_named(page, name_vi=name_vi, name_en=name_en)
    page.get_by_label(says.closable, exact=True).check()
    press(page, says.save)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"{name_vi}|{name_en}"))


def set_up_product(page: Page, says: Words, code: str, name: str, price: str, plan: str = "") -> None:
    """Make a product with one price: on `plan`, else once."""
    page.get_by_role("banner").get_by_role("link", name=says.products, exact=True).first.click()
    press(page, says.new)
    fill_named(page, name_vi=name, name_en=f"{name} (en)", code=code, prices__0__amount_minor=price)
    if plan:
        choose_named(page, prices__0__plan=plan)
    press(page, says.save)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def add_line(page: Page, says: Words, place: int, code: str, price: str, charge: str = "") -> None:
    """Pick a product on line `place` and wait for its price."""
    if place:
        page.get_by_role("button", name=says.add_line).click()
    row = page.locator("tr[data-line]").nth(place)
    pick(page, search_field(row, says.product), code.lower(), code)
    if charge:
        page.locator(f"[name=lines-{place}-charge]").select_option(label=charge)
    expect(page.locator(f"[name=lines-{place}-unit_price]")).to_have_value(re.compile(price))


@contextmanager
def counted_clicks(page: Page, count: int) -> Any:
    """Assert that what happens inside takes exactly `count` clicks and loads no page."""
    page.evaluate(_COUNT)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.on("domcontentloaded", lambda loaded: loads.append(f"loaded {loaded.url}"))
    yield
    assert page.evaluate("window.clicks") == count
    assert not [each for each in loads if each.startswith("loaded")], loads


def is_left_of(one: Locator, other: Locator) -> bool:
    """Return whether the box of `one` ends where that of `other` begins, or before."""
    left, right = one.bounding_box(), other.bounding_box()
    assert left and right
    return left["x"] + left["width"] <= right["x"]
