"""The parts of the interface that every page shares: one stylesheet, one script, pills, icons, fields."""

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import RequestFactory

from soon.config import bundles
from soon.templatetags import soon_ui


def rendered(source: str, **context: object) -> str:
    return Template("{% load soon_ui %}" + source).render(Context(context))


def test_the_stylesheet_is_one_file_with_the_layers_in_order() -> None:
    css = bundles.stylesheet()
    assert css.startswith("@layer reset, tokens, base, layout, components, utilities;")
    assert "@import" not in css
    assert "url(" not in css
    assert css.count("{") == css.count("}")


def test_every_part_of_the_stylesheet_is_imported() -> None:
    imported = (bundles.SOURCE / "css" / "app.css").read_text(encoding="utf-8")
    parts = [path.relative_to(bundles.SOURCE / "css").as_posix() for path in (bundles.SOURCE / "css").rglob("*.css")]
    assert [part for part in parts if part != "app.css" and f'"{part}"' not in imported] == []


def test_our_own_script_stays_small() -> None:
    assert len(bundles.script().encode()) < 15_000


@pytest.mark.parametrize("name", ["soon/app.css", "soon/app.js"])
def test_the_bundles_are_found_as_static_files(name: str) -> None:
    found = finders.find(name)
    assert isinstance(found, str)
    assert found.endswith(name)


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind, looks in soon_ui.LOOKS.items() for state in looks])
def test_a_state_is_shown_by_an_icon_and_a_word(kind: str, state: str) -> None:
    pill = soon_ui.state_pill(kind, state)
    assert "<svg" in pill
    assert str(soon_ui.LOOKS[kind][state].label) in pill


def test_a_closed_order_is_churned_for_staff_and_closed_for_its_customer() -> None:
    assert soon_ui.ORDER_LOOKS["churned"].label != soon_ui.LOOKS["portal_order"]["churned"].label


def test_an_icon_with_a_label_is_read_aloud_and_its_label_escaped() -> None:
    assert 'aria-hidden="true"' in rendered("{% icon 'clock' %}")
    spoken = rendered("{% icon 'clock' label=label %}", label='<b>"Closing"')
    assert 'aria-hidden="true"' not in spoken
    assert "<b>" not in spoken


class Subject(forms.Form):
    """A form with one field that may be wrong."""

    reason = forms.CharField(help_text="Pick one or write your own.")


def test_a_wrong_field_names_its_error_and_keeps_what_was_typed() -> None:
    form = Subject({"reason": ""})
    html = rendered("{% form_errors form %}{% field form.reason %}", form=form)
    assert 'href="#id_reason"' in html
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in html
    assert 'id="id_reason_error"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize(
    ("query", "url", "direction"),
    [
        ("", "?sort=number", ""),
        ("?sort=number&page=3&q=An", "?sort=-number&amp;q=An", 'aria-sort="ascending"'),
        ("?sort=-number", "?sort=number", 'aria-sort="descending"'),
    ],
)
def test_the_heading_of_a_column_turns_the_order_and_keeps_the_search(query: str, url: str, direction: str) -> None:
    html = rendered("{% sort_header 'number' 'Number' %}", request=RequestFactory().get("/orders/" + query))
    assert f'href="{url}"' in html
    assert direction in html
