"""The forms of the public pages, and the words of them that are kept as evidence."""

import datetime
import hashlib
import json
import re
import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from soon.models import Declaration
from soon.operations.declarations.statement import Statement

# To be raised with each change of a form's fields or words.
VERSION = "2026-11-1"
KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
MOST_YEARS_AHEAD = 100
EARLIEST, CHOSEN = "earliest", "chosen"


class DeclarationForm(forms.Form):
    """Who declares something about which contract; nothing more is ever required."""

    # The browser would speak its own language, not the page's.
    use_required_attribute = False
    kind = Declaration.Kind.ORDINARY

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Please write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("The receipt goes there."),
        error_messages={"required": gettext_lazy("Please write your e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    reference = forms.CharField(
        label=gettext_lazy("Contract reference"),
        max_length=100,
        help_text=gettext_lazy("The number of the subscription, as our letters and invoices name it, such as S00042."),
        error_messages={"required": gettext_lazy("Please write which contract you mean.")},
    )
    # Named by the page that was first shown, so that its repeats are one declaration.
    nonce = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.fields["nonce"].initial = secrets.token_urlsafe(24)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_reference(self) -> str:
        return " ".join(self.cleaned_data["reference"].split())

    def clean_nonce(self) -> str:
        nonce = self.cleaned_data["nonce"]
        return nonce if KEY.fullmatch(nonce) else secrets.token_urlsafe(24)

    def statement(self, title: str, button: str) -> Statement:
        """Return what was typed, with the words of the page as it was shown."""
        typed = self._typed()
        # Other words in the same form, after going back, are another declaration.
        told = json.dumps([self.cleaned_data["nonce"], *map(str, typed.values())])
        shown = {"version": VERSION, "title": title, "button": button, "fields": self._words()}
        key = hashlib.sha256(told.encode()).hexdigest()[:40]
        return Statement(**typed, form_key=key, language=(get_language() or "vi")[:2], shown=shown)

    def _typed(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "email", "reference")} | {"kind": str(self.kind)}

    def _words(self) -> dict[str, Any]:
        return {
            name: [str(field.label), str(field.help_text), *(str(words) for _value, words in getattr(field, "choices", ()))]
            for name, field in self.fields.items()
            if name != "nonce"
        }


class WithdrawalForm(DeclarationForm):
    """Withdrawing from a contract: who, and from which."""

    kind = Declaration.Kind.WITHDRAWAL


class ClosingForm(DeclarationForm):
    """Closing a contract: ordinary or for cause, and on which day."""

    way = forms.ChoiceField(
        label=gettext_lazy("How do you close it?"),
        choices=[
            (Declaration.Kind.ORDINARY.value, gettext_lazy("Ordinary, without giving a reason")),
            (Declaration.Kind.FOR_CAUSE.value, gettext_lazy("For cause, at once")),
        ],
        initial=Declaration.Kind.ORDINARY.value,
        widget=forms.RadioSelect,
    )
    cause = forms.CharField(
        label=gettext_lazy("Cause"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Only if you close for cause: what happened."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When is it to end?"),
        choices=[
            (EARLIEST, gettext_lazy("As early as possible")),
            (CHOSEN, gettext_lazy("On a day that I choose")),
        ],
        initial=EARLIEST,
        widget=forms.RadioSelect,
    )
    wanted_on = forms.DateField(
        label=gettext_lazy("Last day of service"),
        required=False,
        help_text=gettext_lazy("A day before the notice period is over counts as the earliest possible one."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_cause(self) -> str:
        return self.cleaned_data["cause"].strip() if self._is_for_cause() else ""

    def clean_wanted_on(self) -> datetime.date | None:
        wanted_on: datetime.date | None = self.cleaned_data["wanted_on"]
        if self.cleaned_data.get("when") != CHOSEN:
            return None
        if wanted_on is None:
            raise ValidationError(_("Choose a day, or as early as possible."))
        if wanted_on < self.today:
            raise ValidationError(_("Choose today or a later day."))
        if wanted_on.year > self.today.year + MOST_YEARS_AHEAD:
            raise ValidationError(_("That day is too far away."))
        return wanted_on

    def _is_for_cause(self) -> bool:
        return self.cleaned_data.get("way") == Declaration.Kind.FOR_CAUSE.value

    def _typed(self) -> dict[str, Any]:
        asked = {name: self.cleaned_data[name] for name in ("cause", "wanted_on")}
        return super()._typed() | asked | {"kind": self.cleaned_data["way"]}
