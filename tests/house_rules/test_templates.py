"""No inline style and no inline script: the content security policy forbids both, so that injected text can do nothing.

E-mails are the exception for styles, because mail programs drop style sheets.
"""

import re

import pytest

from tests.house_rules.source import ROOT

TEMPLATES = ROOT / "soon" / "templates"
INLINE_STYLE = {"a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I), "a style element": re.compile(r"<style\b", re.I)}
INLINE_SCRIPT = {
    "a script in the page": re.compile(r"<script(?![^>]*\ssrc\s*=)", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "a script for htmx": re.compile(r"\shx-on[:-]|\shx-(vals|vars|headers)\s*=\s*['\"]\s*js(cript)?:", re.I),
}
ESCAPING_OFF = {"escaping switched off": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off")}
COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", re.S)


def inline(html: str, letter: bool = False) -> list[str]:
    """Return what in a template the policy forbids."""
    rules = INLINE_SCRIPT | ESCAPING_OFF | ({} if letter else INLINE_STYLE)
    text = COMMENT.sub("", html)
    return [words for words, pattern in rules.items() if pattern.search(text)]


def test_no_template_carries_inline_style_or_script():
    found = {
        str(path.relative_to(ROOT)): inline(path.read_text(encoding="utf-8"), letter="mail" in path.parts)
        for path in TEMPLATES.rglob("*.html")
    }
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<script type="module">go()</script>',
        '<button class="x" onclick="go()">',
        '<a href="javascript:go()">',
        '<button hx-on:click="go()">',
        "<div hx-vals='js:{a: 1}'>",
        "{{ order.note|safe }}",
        "{% autoescape off %}",
    ],
)
def test_a_planted_inline_script_or_style_is_found(html):
    assert inline(html)


@pytest.mark.parametrize(
    "html",
    [
        '<script src="{% static "soon/js/app.js" %}" defer></script>',
        '<svg><path fill="currentColor"/></svg>',
        "{# never <p style=''> #}",
        '<input name="one" data-once="1">',
    ],
)
def test_files_and_drawings_are_fine(html):
    assert inline(html) == []


def test_a_letter_may_carry_styles_but_no_script():
    assert inline('<p style="color:red">', letter=True) == []
    assert inline("<script>go()</script>", letter=True)
