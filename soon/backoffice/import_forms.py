"""Forms of an import: how its file is read, which column is what, and what the texts of statuses and plans mean."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from soon.domain.file_forms import CSV, DELIMITERS, ENCODINGS, XLSX, FileForm
from soon.domain.headings import bare, guess_columns, guess_period, guess_state
from soon.models import Company, DataImport, Order, Plan

from .import_fields import PARTS_OF, fields_of
from .import_maps import columns_of_map, map_of

DELIMITER_WORDS = {
    ",": gettext_lazy("Comma ,"),
    ";": gettext_lazy("Semicolon ;"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Bar |"),
    "^": gettext_lazy("Caret ^"),
    "~": gettext_lazy("Tilde ~"),
    ":": gettext_lazy("Colon :"),
}
NEW_PLANS = (
    ("new:month:1", gettext_lazy("New plan, billed every month")),
    ("new:month:3", gettext_lazy("New plan, billed every 3 months")),
    ("new:month:6", gettext_lazy("New plan, billed every 6 months")),
    ("new:year:1", gettext_lazy("New plan, billed every year")),
    ("new:year:2", gettext_lazy("New plan, billed every 2 years")),
    ("new:week:1", gettext_lazy("New plan, billed every week")),
    ("new:day:1", gettext_lazy("New plan, billed every day")),
)
STATES = tuple(state for state in Order.State if state != Order.State.RENEWED)


class UploadForm(forms.Form):
    """A file, and what is in it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the file"),
        choices=DataImport.Kind,
        widget=forms.RadioSelect,
        initial=DataImport.Kind.SUBSCRIPTIONS,
    )
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("CSV or XLSX; the first row names the columns."))


class FileFormForm(forms.Form):
    """How the file is read."""

    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=list(ENCODINGS.items()))
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Between columns"), choices=[(each, DELIMITER_WORDS[each]) for each in DELIMITERS]
    )
    quote = forms.ChoiceField(
        label=gettext_lazy("Quotation mark"),
        required=False,
        choices=[('"', '"'), ("'", "'"), ("", pgettext_lazy("quotation mark", "None"))],
    )
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"))
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal sign"),
        choices=[(",", gettext_lazy("Comma: 1.250,50")), (".", gettext_lazy("Point: 1,250.50"))],
    )
    day_first = forms.TypedChoiceField(
        label=gettext_lazy("Days"),
        choices=[("1", gettext_lazy("Day first: 23/11/2026")), ("0", gettext_lazy("Month first: 11/23/2026"))],
        coerce=lambda text: text == "1",
    )

    def __init__(self, data_import: DataImport, sheets: Sequence[str], data: Any = None) -> None:
        form = data_import.form
        super().__init__(data, initial={**form, "day_first": "1" if form["day_first"] else "0"})
        self._kind = form["kind"]
        sheet: Any = self.fields["sheet"]
        sheet.choices = [(name, name) for name in sheets]
        for name in ("encoding", "delimiter", "quote") if self._kind == XLSX else ("sheet",):
            del self.fields[name]

    @property
    def kind_in_words(self) -> str:
        """CSV or XLSX."""
        return {CSV: "CSV", XLSX: "XLSX"}[self._kind]

    def chosen(self) -> FileForm:
        """Return what was chosen."""
        return FileForm(kind=self._kind, **self.cleaned_data)


class MappingForm(forms.Form):
    """Which column each field is, or one text for all rows; and what the texts of statuses and plans mean.

    `texts` are those that stand in the columns of both, by field; each has a choice of its own, `state_0`, `plan_0` …
    """

    price_per = forms.ChoiceField(
        label=gettext_lazy("The price is"),
        choices=[
            ("period", gettext_lazy("for a billing period of the plan")),
            ("month", gettext_lazy("for a month, whatever the plan")),
        ],
    )
    archive = forms.BooleanField(
        label=gettext_lazy("Archive close reasons that are new"),
        required=False,
        help_text=gettext_lazy("They stay with the past, and nobody is offered them from now on."),
    )

    def __init__(self, data_import: DataImport, data: Any = None) -> None:
        self._columns = data_import.columns
        self.kind = data_import.kind
        self._fields = fields_of(self.kind)
        known = columns_of_map(self.kind, data_import.mapping) if data_import.mapping else {}
        super().__init__(data, initial=known or self._guessed())
        if not self.has_subscriptions:
            del self.fields["price_per"], self.fields["archive"]
        self._known = data_import.mapping
        choices = [("", "–"), *((column, column) for column in self._columns if column)]
        for field in self._fields:
            self.fields[f"column_{field.key}"] = forms.ChoiceField(
                label=str(field.label), choices=choices, required=False, help_text=str(field.hint)
            )
            if field.takes_text:
                self.fields[f"text_{field.key}"] = forms.CharField(label=str(field.label), required=False, max_length=200)
        self.texts: dict[str, Sequence[str]] = {}
        self.has_new_questions = False

    @property
    def has_subscriptions(self) -> bool:
        """Whether the file is of subscriptions, with statuses and plans to ask about."""
        return self.kind == DataImport.Kind.SUBSCRIPTIONS

    def _guessed(self) -> dict[str, str]:
        fields = [field.key for field in self._fields]
        columns = guess_columns(self._columns, fields, self.kind)
        guessed = {f"column_{field}": column for field, column in columns.items()} | {"price_per": "period"}
        if "currency" in fields and "currency" not in columns:
            guessed["text_currency"] = Company.ours().currency
        return guessed

    def chosen_column(self, field: str) -> str:
        """Return the column that is chosen for `field`, before anything is checked."""
        if not self.is_bound:
            return str(self.initial.get(f"column_{field}", ""))
        column = self.data.get(f"column_{field}", "")
        return column if column in self._columns else ""

    def ask_for(self, texts: Mapping[str, Sequence[str]]) -> None:
        """Add a choice for each of the `texts` of statuses and plans, with what each most likely means."""
        self.texts = dict(texts)
        plans = list(Plan.objects.current())
        existing = [(f"id:{plan.pk}", f"{plan.name} ({plan.period_in_words})") for plan in plans]
        self.has_new_questions = any(self.data.get(f"asked_{field}") != _asked(found) for field, found in texts.items())
        for place, text in enumerate(texts.get("state", ())):
            initial = self._known_text("state", text) or guess_state(text, self.chosen_column("state"))
            choices = [("", "–"), *((state.value, state.label) for state in STATES)]
            self.fields[f"state_{place}"] = forms.ChoiceField(label=text, choices=choices, required=False, initial=initial)
        for place, text in enumerate(texts.get("plan", ())):
            initial = self._known_text("plan", text) or _guess_plan(text, plans)
            choices = [("", "–"), *existing, *NEW_PLANS]
            self.fields[f"plan_{place}"] = forms.ChoiceField(label=text, choices=choices, required=False, initial=initial)
        if self.is_bound:
            self._fill_in_new(texts)

    def _fill_in_new(self, texts: Mapping[str, Sequence[str]]) -> None:
        """Fill in what texts that were not shown yet most likely mean."""
        data: Any = self.data
        for name, found in texts.items():
            if data.get(f"asked_{name}") != _asked(found):
                for place in range(len(found)):
                    data[f"{name}_{place}"] = self.fields[f"{name}_{place}"].initial

    def _known_text(self, field: str, text: str) -> str:
        """Return what `text` meant in the map that is remembered."""
        part = self._known.get("subscription", {}).get(field, {}) if self._known else {}
        meant = part.get("values", {}).get(text) if part.get("column") == self.chosen_column(field) else None
        if isinstance(meant, dict):
            return f"id:{meant['id']}" if "id" in meant else f"new:{meant['unit']}:{meant.get('count', 1)}"
        return str(meant or "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for each in self._fields:
            if each.is_needed and not cleaned.get(f"column_{each.key}") and not cleaned.get(f"text_{each.key}"):
                self.add_error(f"column_{each.key}", _("Choose the column."))
        if self.has_subscriptions:
            self._clean_subscriptions(cleaned)
        elif cleaned.get("column_plan") and not cleaned.get("column_price"):
            self.add_error("column_price", _("Choose the column."))
        return cleaned

    def _clean_subscriptions(self, cleaned: Mapping[str, Any]) -> None:
        if not cleaned.get("column_start") and not cleaned.get("column_start_months"):
            self.add_error("column_start", _("Choose the column."))
        is_closing = cleaned.get("column_closed_on") or Order.State.CHURNED in self._meanings(cleaned, "state").values()
        if is_closing and not cleaned.get("column_reason") and not cleaned.get("text_reason"):
            self.add_error("column_reason", _("Choose the column, or give one reason for all."))
        for field, texts in self.texts.items():
            for place, text in enumerate(texts):
                if text and not cleaned.get(f"{field}_{place}"):
                    self.add_error(f"{field}_{place}", _("Say what it means."))

    def _meanings(self, cleaned: Mapping[str, Any], field: str) -> dict[str, str]:
        texts = self.texts.get(field, ())
        return {
            text: cleaned.get(f"{field}_{place}", "") for place, text in enumerate(texts) if cleaned.get(f"{field}_{place}")
        }

    def as_map(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was chosen as a map (docs/examples/README.md)."""
        cleaned = self.cleaned_data
        return map_of(self.kind, cleaned, self._meanings(cleaned, "state"), self._meanings(cleaned, "plan"), form)

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The fields as the page draws them."""
        return [
            {
                "part": part,
                "rows": [
                    {
                        "field": field,
                        "column": self[f"column_{field.key}"],
                        "text": self[f"text_{field.key}"] if field.takes_text else None,
                    }
                    for field in part.fields
                ],
            }
            for part in PARTS_OF[self.kind]
        ]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The texts of statuses and plans with their choices, as the page draws them."""
        return [
            {
                "field": field,
                "asked": _asked(texts),
                "rows": [(text, self[f"{field}_{place}"]) for place, text in enumerate(texts)],
            }
            for field, texts in self.texts.items()
        ]


def _asked(texts: Sequence[str]) -> str:
    """Return a word for `texts`, by which it is known that these were shown."""
    return hashlib.sha256(repr(list(texts)).encode()).hexdigest()[:16]


def _guess_plan(text: str, plans: Sequence[Plan]) -> str:
    word = bare(text)
    same = next((plan for plan in plans if word and word in (bare(plan.name_vi), bare(plan.name_en))), None)
    if same:
        return f"id:{same.pk}"
    period = guess_period(text)
    key = f"new:{period[0]}:{period[1]}" if period else ""
    return key if key in dict(NEW_PLANS) else ""
