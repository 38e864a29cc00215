"""The form of a close reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.domain import closing
from soon.models import CloseReason
from soon.operations.close_reasons.details import CloseReasonDetails


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

    def __init__(self, *args: Any, reason: CloseReason | None = None, **kwargs: Any) -> None:
        if reason:
            kwargs["initial"] = {"name_vi": reason.name_vi, "name_en": reason.name_en, "audience": reason.audience}
        super().__init__(*args, **kwargs)
        self.is_of_system = reason is not None and reason.system_code is not None
        if self.is_of_system:
            del self.fields["audience"]
        self.fields["name_vi"].widget.attrs["data-autofocus"] = True

    def details(self) -> CloseReasonDetails:
        """Return what was typed."""
        audience = closing.SYSTEM_ONLY if self.is_of_system else self.cleaned_data["audience"]
        return CloseReasonDetails(
            name_vi=" ".join(self.cleaned_data["name_vi"].split()),
            name_en=" ".join(self.cleaned_data["name_en"].split()),
            audience=audience,
        )
