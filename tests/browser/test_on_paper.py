"""Reports and lists on paper: the page says what it is, nothing is cut off, and a total stands once."""

import pypdfium2
import pytest
import time_machine

from soon.operations.installation.seed import seed
from tests.builders import AT, a_churned_order, a_user, an_invoice, an_order

# Paper is of the screen alone.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("sqlite")]
# What stands on the first page: the title, and under it the months where the page has any.
PAGES = {
    "/reports/dashboard/": ("Dashboard", "April 2025 – March 2026 · VND · "),
    "/reports/revenue/": ("Revenue", "April 2025 – March 2026 · VND · "),
    "/reports/churn/": ("Churn", "April 2025 – March 2026 · VND · "),
    "/reports/retention/": ("Retention", "April 2025 – March 2026 · VND · "),
    "/reports/movements/": ("Movements of MRR", "Recurring plan"),
    "/orders/": ("Subscriptions", "Next invoice"),
}
# In points; the margin is that of print.css.
A4_WIDTH, MARGIN, HAIR = 595.3, 16 * 72 / 25.4, 4


@pytest.fixture(autouse=True)
def business():
    with time_machine.travel(AT):
        seed()
        for _each in range(60):
            an_invoice(an_order())
        a_churned_order()
        yield


def sheets_of(page) -> list[pypdfium2.PdfTextPage]:
    """Return the text of each page of what would be printed."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    return [sheet.get_textpage() for sheet in document]


def words_of(sheet: pypdfium2.PdfTextPage) -> str:
    return " ".join(sheet.get_text_range().split())


def edges_of(sheet: pypdfium2.PdfTextPage) -> tuple[float, float]:
    """Return how far letters reach to the left and to the right, in points, those too that are cut off there."""
    boxes = [sheet.get_charbox(number) for number in range(sheet.count_chars())]
    return min(box[0] for box in boxes if box[2] > box[0]), max(box[2] for box in boxes)


def test_pages_say_what_they_are_and_are_not_cut_off(page_of):
    page = page_of(a_user("manager", language="en"), language="en", dark=True, width=1280)
    for address, words in PAGES.items():
        page.goto(address)
        sheets = sheets_of(page)
        for each in words:
            assert each in words_of(sheets[0]), (address, each)
        for sheet in sheets:
            left, right = edges_of(sheet)
            # Letters may reach a hair into the margin, which still is paper.
            assert left > MARGIN - HAIR and right < A4_WIDTH - MARGIN + HAIR, (address, left, right)


def test_a_total_stands_once_on_the_last_page(page_of):
    page = page_of(a_user("manager", language="en"), language="en", width=1280)
    page.goto("/orders/")
    total = page.locator("tfoot .number").first.inner_text()
    assert total == "₫61,000,000"
    sheets = [words_of(sheet) for sheet in sheets_of(page)]
    assert len(sheets) > 1
    # Of two columns, MRR and total.
    assert [sheet.count(total) for sheet in sheets][:-1] == [0] * (len(sheets) - 1) and total in sheets[-1]
