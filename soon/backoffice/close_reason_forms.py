"""The form of a close reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.domain import closing
from soon.models import CloseReason
from soon.operations.close_reasons.details import CloseReasonDetails

# What only a reason that people made has to say.
NOT_OF_SYSTEM = ("audience", "category", "comment_policy")


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

    def __init__(self, *args: Any, reason: CloseReason | None = None, **kwargs: Any) -> None:
        if reason:
            kwargs["initial"] = {name: getattr(reason, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.is_of_system = reason is not None and reason.system_code is not None
        if self.is_of_system:
            for name in NOT_OF_SYSTEM:
                del self.fields[name]
        self.fields["name_vi"].widget.attrs["data-autofocus"] = True

    def details(self) -> CloseReasonDetails:
        """Return what was typed."""
        typed = {name: self.cleaned_data[name] for name in NOT_OF_SYSTEM if name in self.fields}
        return CloseReasonDetails(
            name_vi=" ".join(self.cleaned_data["name_vi"].split()),
            name_en=" ".join(self.cleaned_data["name_en"].split()),
            **({"audience": closing.SYSTEM_ONLY} | typed),
        )
