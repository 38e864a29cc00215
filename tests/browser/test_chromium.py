"""The browser fixtures themselves: the browser is real, axe finds a planted fault, a console error fails a test."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import complaint

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def blank(browser: Browser):
    page = browser.new_page(locale="vi-VN", color_scheme="dark")
    yield page
    page.close()


def test_axe_finds_a_planted_fault_and_passes_a_sound_page(blank, assert_no_axe_violations):
    blank.set_content('<html lang="vi"><title>Đăng ký</title><main><h1>Đăng ký</h1></main></html>')
    assert_no_axe_violations(blank)
    blank.set_content('<html lang="vi"><title>Đăng ký</title><main><h1>Đăng ký</h1><img src="data:,"></main></html>')
    with pytest.raises(AssertionError, match="image-alt"):
        assert_no_axe_violations(blank)


def test_axe_checks_what_came_with_wcag_2_2(blank, assert_no_axe_violations):
    small = "<button style='width:8px;height:8px;padding:0;border:0' aria-label='{}'></button>"
    blank.set_content(f'<html lang="vi"><title>t</title><main><h1>t</h1>{small.format("a")}{small.format("b")}</main></html>')
    with pytest.raises(AssertionError, match="target-size"):
        assert_no_axe_violations(blank)


def test_the_visitor_has_the_language_and_the_theme_that_were_asked_for(blank):
    blank.set_content("<p></p>")
    assert blank.evaluate("navigator.language") == "vi-VN"
    assert blank.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    expect(blank.locator("p")).to_have_count(1)


@pytest.mark.parametrize(
    ("kind", "text", "path", "complains"),
    [
        ("error", "Failed to load resource: the server responded with a status of 403 (Forbidden)", "/orders/", False),
        (
            "error",
            "Failed to load resource: the server responded with a status of 404 (Not Found)",
            "/static/a.js",
            True,
        ),
        ("error", "Failed to load resource: the server responded with a status of 500", "/orders/", True),
        ("error", "Refused to execute inline script", "/orders/", True),
        ("log", "Hello", "/orders/", False),
    ],
)
def test_a_fault_on_the_console_is_told_from_a_provoked_refusal(kind, text, path, complains):
    message = SimpleNamespace(type=kind, text=text, location={"url": f"http://localhost{path}"})
    assert bool(complaint(message)) is complains
