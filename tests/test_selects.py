"""Selects are drawn by us in one go: the same as the framework draws them, whatever the options are called."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template
from django.test import SimpleTestCase
from django.utils.translation import gettext_lazy

from soon.backoffice.pick_fields import HintedSelect

MARKUP = "</option></select><script>alert(1)</script>\"'&"
CHOICES = [
    ("", "—"),
    (MARKUP, MARKUP),
    (7, gettext_lazy("Draft")),
    ("North", [("a", "A & B"), ("b", "<b>")]),
    (MARKUP, [("c", "C")]),
]


@pytest.mark.parametrize("value", ["", "a", 7, "7", MARKUP, "not offered", None])
@pytest.mark.parametrize("kind", [forms.Select, HintedSelect, forms.NullBooleanSelect])
def test_a_select_is_what_the_framework_draws(kind, value):
    widget = kind(attrs={"id": "x", "required": True, "data-combobox": True, "disabled": False})
    if kind is not forms.NullBooleanSelect:
        widget.choices = CHOICES
    widget.hints = {"a": MARKUP}
    ours, theirs = widget.render("field", value), widget.render("field", value, renderer=DjangoTemplates())
    assert "<script>" not in ours
    SimpleTestCase().assertHTMLEqual(ours, theirs)


def test_the_template_in_use_is_ours():
    assert "soon/templates" in get_template("django/forms/widgets/select.html").origin.name


def test_several_may_be_chosen():
    widget = forms.SelectMultiple(choices=CHOICES)
    ours, theirs = widget.render("field", ["a", "b"]), widget.render("field", ["a", "b"], renderer=DjangoTemplates())
    assert ours.count("selected") == 2
    SimpleTestCase().assertHTMLEqual(ours, theirs)
