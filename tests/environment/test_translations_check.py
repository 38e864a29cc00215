"""The gate for translations catches each kind of fault."""

from pathlib import Path

import pytest

from checks import translations

HEAD = r"""msgid ""
msgstr ""
"Language: vi\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""
CLOSE = 'msgid "Close"\nmsgstr "Đóng"\n\n'
CLOSED_ON = 'msgid "Closed on %(day)s"\nmsgstr "Đã đóng ngày %(day)s"\n\n'


@pytest.fixture
def faults(tmp_path, monkeypatch):
    """Compare a committed catalogue with a fresh one, both given as text."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)

    def compare(committed: str, fresh: str) -> list[str]:
        paths: list[Path] = []
        for name, text in (("committed", committed), ("fresh", fresh)):
            path = tmp_path / name / "vi" / "LC_MESSAGES" / "django.po"
            path.parent.mkdir(parents=True)
            path.write_text(HEAD + text, encoding="utf-8")
            paths.append(path)
        return [words.split(": ", 1)[1] for words in translations.compare(*paths)]

    return compare


def test_a_complete_catalogue_has_no_faults(faults):
    plural = 'msgid "One order"\nmsgid_plural "%(count)d orders"\nmsgstr[0] "%(count)d đơn hàng"\n\n'
    assert faults(CLOSE + CLOSED_ON + plural, CLOSE + CLOSED_ON + plural) == []


@pytest.mark.parametrize(
    ("committed", "fresh", "fault"),
    [
        (CLOSE, CLOSE + CLOSED_ON, "missing: 'Closed on %(day)s'"),
        (CLOSE + CLOSED_ON, CLOSE, "no longer in the code: 'Closed on %(day)s'"),
        ('msgid "Close"\nmsgstr ""\n', CLOSE, "not translated: 'Close'"),
        ("#, fuzzy\n" + CLOSE, CLOSE, "fuzzy: 'Close'"),
        (CLOSE + '#~ msgid "Old"\n#~ msgstr "Cũ"\n', CLOSE, "obsolete entry kept: 'Old'"),
        (
            CLOSED_ON.replace("ngày %(day)s", "ngày %(date)s"),
            CLOSED_ON,
            "other placeholders than the English: 'Closed on %(day)s'",
        ),
    ],
)
def test_a_planted_fault_is_found(faults, committed, fresh, fault):
    assert faults(committed, fresh) == [fault]
