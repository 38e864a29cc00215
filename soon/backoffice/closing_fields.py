"""What staff are asked whenever they close something, one subscription or many: why, until which day, and what of the money."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.models import CloseReason, CreditPolicy

from .order_form import DayInput

DAY = datetime.timedelta(days=1)
PICK_OR_TYPE = _("Pick one of the reasons, or type your own.")


class ReasonInput(forms.TextInput):
    """A field with suggestions, that also takes other words."""

    template_name = "backoffice/orders/reason_input.html"

    def __init__(self) -> None:
        super().__init__({"list": "close-reasons", "data-combobox": True, "data-autofocus": True, "autocomplete": "off"})
        self.suggestions: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"suggestions": self.suggestions}


class ReasonField(forms.CharField):
    """A configured reason by its name in either language (queries/close_reasons.py), or one's own words."""

    widget = ReasonInput

    def __init__(self, *, help_text: Any = PICK_OR_TYPE) -> None:
        required = {"required": _("Pick a reason or type your own.")}
        super().__init__(label=_("Reason"), max_length=200, error_messages=required, help_text=help_text)

    def suggest(self, reasons: Iterable[CloseReason]) -> None:
        """Offer `reasons` by their names in the language being spoken."""
        self.widget.suggestions = [reason.name for reason in reasons]


class LastDayField(forms.DateField):
    """The last local date of service; asked for only where a day of one's own is chosen."""

    missing = _("Say which day is the last day of service.")
    too_far = _("That day is too far away.")

    def __init__(self) -> None:
        super().__init__(label=_("Last day of service"), required=False, widget=DayInput)


def end_after_chosen(form: forms.Form, last_on: datetime.date | None) -> datetime.date | None:
    """Return the first local date without service after the chosen `last_on` of `form`; None, with an error there, without one.

    Never another day instead: who chose one must not close on one that they did not choose.
    """
    if last_on and last_on < datetime.date.max:
        return last_on + DAY
    if "last_on" not in form.errors:
        form.add_error("last_on", LastDayField.too_far if last_on else LastDayField.missing)
    return None


class CreditPolicyField(forms.ChoiceField):
    """What becomes of days that were paid for and are not used; "" leaves it to the plan."""

    def __init__(self) -> None:
        by_hand = (CreditPolicy.UNUSED_DAYS, CreditPolicy.NONE)
        choices = [("", _("As the plan says")), *((policy.value, policy.label) for policy in by_hand)]
        super().__init__(label=_("Days paid for but not used"), required=False, choices=choices)
