"""The form of a close reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.domain import closing, offers
from soon.domain.pricing import plain
from soon.models import CloseReason, Plan
from soon.operations.close_reasons.details import CloseReasonDetails

# What only a reason that people made has to say.
NOT_OF_SYSTEM = (
    *("audience", "category", "comment_policy"),
    *("offer", "offer_months", "offer_plan", "offer_percent", "offer_periods"),
)
# Which fields say what is offered; the others of them do not count.
FIGURES = {
    offers.PAUSE: ("offer_months",),
    offers.PLAN: ("offer_plan",),
    offers.DISCOUNT: ("offer_percent", "offer_periods"),
}


class CloseReasonForm(forms.Form):
    """A reason as people type it; one of the system is only renamed."""

    name_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    audience = forms.ChoiceField(
        label=_("Who may choose it"),
        choices=[choice for choice in CloseReason.Audience.choices if choice[0] != closing.SYSTEM_ONLY],
        widget=forms.RadioSelect,
        initial=closing.EVERYONE,
    )

    category = forms.ChoiceField(
        label=_("Category"),
        choices=CloseReason.Category.choices,
        initial=CloseReason.Category.OTHER,
        help_text=_("Reports put reasons of one category together."),
    )
    comment_policy = forms.ChoiceField(
        label=_("Comment"),
        choices=CloseReason.CommentPolicy.choices,
        initial=CloseReason.CommentPolicy.NONE,
        help_text=_("Whether whoever chooses this reason is asked to say more."),
    )

    offer = forms.ChoiceField(
        label=_("Offer"),
        choices=[("", _("None")), *CloseReason.Offer.choices],
        required=False,
        help_text=_("What customers who choose this reason see beside closing, if the market makes offers."),
    )
    offer_months = forms.IntegerField(
        label=_("Months of the pause"), required=False, min_value=1, max_value=offers.LONGEST_PAUSE
    )
    offer_plan = forms.ModelChoiceField(label=_("Offered plan"), queryset=Plan.objects.none(), required=False)
    offer_percent = forms.DecimalField(
        label=_("Discount (%)"), required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    offer_periods = forms.IntegerField(
        label=_("Billing periods with the discount"), required=False, min_value=1, max_value=offers.MOST_PERIODS
    )

    def __init__(self, *args: Any, reason: CloseReason | None = None, **kwargs: Any) -> None:
        if reason:
            kwargs["initial"] = {name: getattr(reason, name) for name in self.base_fields}
            if reason.offer_percent is not None:
                kwargs["initial"]["offer_percent"] = plain(reason.offer_percent)
        super().__init__(*args, **kwargs)
        plans: Any = self.fields["offer_plan"]
        plans.queryset = Plan.objects.current() | Plan.objects.filter(pk=(reason.offer_plan_id or 0) if reason else 0)
        self.is_of_system = reason is not None and reason.system_code is not None
        if self.is_of_system:
            for name in NOT_OF_SYSTEM:
                del self.fields[name]
        self.fields["name_vi"].widget.attrs["data-autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Ask for what the offer needs, and drop what another one would."""
        typed = super().clean() or {}
        needed = FIGURES.get(typed.get("offer", ""), ())
        for name in {name for names in FIGURES.values() for name in names}:
            if name not in needed:
                typed[name] = None
                self.errors.pop(name, None)
            elif name not in self.errors and not typed.get(name):
                self.add_error(name, _("This offer needs it."))
        return typed

    def details(self) -> CloseReasonDetails:
        """Return what was typed."""
        typed = {name: self.cleaned_data[name] for name in NOT_OF_SYSTEM if name in self.fields}
        return CloseReasonDetails(
            name_vi=" ".join(self.cleaned_data["name_vi"].split()),
            name_en=" ".join(self.cleaned_data["name_en"].split()),
            **({"audience": closing.SYSTEM_ONLY} | typed),
        )
