"""The form of a recurring plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.models import Plan
from soon.models.plans import MOST_TRIAL_DAYS
from soon.operations.plans.details import PlanDetails, PlanPrice

from .price_forms import PriceRows

LONGEST_CLOSING_DAYS = 365
LONGEST_NOTICE_DAYS = 365
LONGEST_TERM_MONTHS = 120
LONGEST_WITHDRAWAL_DAYS = 365
ZERO_WHERE_EMPTY = ("trial_days", "notice_days", "minimum_months", "withdrawal_days")


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' parameter does not exist when the program runs
    """A plan as people type it."""

    class Meta:
        model = Plan
        fields = (
            "name_vi",
            "name_en",
            "interval_count",
            "interval_unit",
            "alignment",
            "anchor_day",
            "in_arrears",
            "trial_days",
            "is_closable",
            "closable_at",
            "notice_days",
            "minimum_months",
            "staff_closing_day",
            "credit_policy",
            "withdrawal_days",
            "automatic_closing_days",
            "closing_day_is_served",
            "position",
        )
        help_texts = {
            "alignment": _("A period from the start of the calendar makes the first one shorter, and its price with it."),
            "anchor_day": _(
                "Day of the month on which periods from the calendar begin, 1 to 31; the 1st where nothing is given."
            ),
            "trial_days": _("Offered with each new quotation, which may say otherwise; 0 for none."),
            "in_arrears": _("The invoice comes after the period it is for, not before."),
            "is_closable": _("Customers may close their subscription in the portal: they see the button Close Subscription."),
            "closable_at": _("At any time: the service ends on the day of closing. Staff may always choose a day."),
            "notice_days": _("Days between the closing and the end of service; 0 for none."),
            "minimum_months": _("Months from the start before which the service does not end; 0 for none."),
            "staff_closing_day": _("Staff can choose another day in the dialog."),
            "credit_policy": _("What happens to the rest of a period that is already billed. One-off charges never come back."),
            "withdrawal_days": _(
                "Days after the confirmation in which customers may withdraw from the contract; 0 for none. "
                "The page for it is switched on under Configuration, Market."
            ),
            "automatic_closing_days": _(
                "Days after the due date of an unpaid invoice; nothing closes by itself where it is empty."
            ),
            "closing_day_is_served": _("Who closes today is served until the end of today."),
            "position": _("Plans with a smaller number come first in lists."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bound("interval_count", 1, 999)
        self._bound("anchor_day", 1, 31)
        self._bound("trial_days", 0, MOST_TRIAL_DAYS)
        self._bound("notice_days", 0, LONGEST_NOTICE_DAYS)
        self._bound("minimum_months", 0, LONGEST_TERM_MONTHS)
        self._bound("withdrawal_days", 0, LONGEST_WITHDRAWAL_DAYS)
        for name in ZERO_WHERE_EMPTY:
            self.fields[name].required = False
        self._bound("automatic_closing_days", 1, LONGEST_CLOSING_DAYS)
        self._bound("position", 0, 9999)
        self.fields["interval_unit"].label = _("Unit of the billing period")
        self.fields["name_vi"].widget.attrs["data-autofocus"] = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned |= {name: cleaned.get(name) or 0 for name in ZERO_WHERE_EMPTY}
        if cleaned.get("alignment") != Plan.Alignment.CALENDAR:
            # A day of the month means nothing for periods that begin on the day of the start.
            cleaned["anchor_day"] = None
        elif cleaned.get("anchor_day") and cleaned.get("interval_unit") in (Plan.Unit.DAY, Plan.Unit.WEEK):
            self.add_error("anchor_day", _("Only periods of months or years can begin on a day of the month."))
        return cleaned

    def details(self, prices: PriceRows) -> PlanDetails:
        """Return what was typed, with the rows of `prices`."""
        return PlanDetails(**self.cleaned_data, prices=[PlanPrice(**row) for row in prices.values()])

    def _bound(self, name: str, least: int, most: int) -> None:
        old = self.fields[name]
        self.fields[name] = forms.IntegerField(
            label=old.label,
            help_text=old.help_text,
            initial=old.initial,
            required=old.required,
            min_value=least,
            max_value=most,
        )
