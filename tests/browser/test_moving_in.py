"""Moving in, in the browser: from the file to the result, with scripts and without; progress renews the page by itself."""

import pytest
from playwright.sync_api import expect

from soon.jobs.sweeps import load_files
from soon.models import Order
from soon.operations.billing.run import Stop
from tests.builders import a_user
from tests.imports.files import ROWS, as_csv

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BAD = "B1;;;Đang dùng;Tháng;Internet;9,5;1;31/02/2026;;;;;;;"


@pytest.mark.parametrize(
    ("language", "dark", "width", "javascript"),
    [
        ("en", False, 1280, True),
        # How it looks on a telephone is of the screen alone.
        pytest.param("vi", True, 375, True, marks=pytest.mark.only_on("sqlite")),
        pytest.param("vi", False, 1280, False, marks=pytest.mark.only_on("postgresql")),
    ],
)
def test_from_the_file_to_the_result(
    page_of, screenshot, assert_no_axe_violations, tmp_path, language, dark, width, javascript
):
    page = page_of(a_user("manager", language=language), language=language, dark=dark, width=width, javascript=javascript)
    name = f"{language}-{'dark' if dark else 'light'}-{width}-{'js' if javascript else 'nojs'}"
    (tmp_path / "khách hàng.csv").write_bytes(as_csv([*ROWS, BAD]))
    page.goto("/imports/new/")
    screenshot(page, f"upload-{name}")
    page.locator("[name=file]").set_input_files(tmp_path / "khách hàng.csv")
    page.locator("#import-form .primary").click()
    expect(page.locator("[name=column_price]")).to_have_value("Giá")
    expect(page.locator("[name=state_2]")).to_have_value("churned")
    screenshot(page, f"columns-{name}")
    page.locator("#mapping-form .form-actions .primary").click()
    expect(page.locator("#import progress")).to_be_visible()
    screenshot(page, f"checking-{name}")
    if javascript:
        assert_no_axe_violations(page)
    load_files(Stop())
    # Nobody reloads the page: scripts fetch it anew, or else the browser does.
    expect(page.locator(".import-verdict")).to_be_visible(timeout=10_000)
    screenshot(page, f"checked-{name}")
    page.locator("button[value=skip_bad_rows]").click()
    expect(page.locator("#import progress")).to_be_visible()
    load_files(Stop())
    expect(page.locator(".pill.ok").first).to_be_visible(timeout=10_000)
    screenshot(page, f"loaded-{name}")
    if javascript:
        assert_no_axe_violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with page.expect_download() as download:
        page.locator("a[href$='/skipped/']").click()
    assert "31/02/2026" in download.value.path().read_text(encoding="utf-8-sig")
    assert Order.objects.count() == 7
