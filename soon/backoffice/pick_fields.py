"""A form field that picks one record, drawn as a select that turns into a search field where scripts run."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

# Where there are more, the search finds them; without scripts these must do.
MOST_OPTIONS = 300


class HintedSelect(forms.Select):
    """A select whose options say a second thing, such as the e-mail of a customer."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.hints: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if hint := self.hints.get(str(value)):
            option["attrs"]["data-hint"] = hint
        return option


class PickField(forms.Field):
    """Cleans to one of the records that `offer` was given, fetched by the caller together with those already chosen."""

    widget = HintedSelect
    default_error_messages = {"invalid_choice": _("This is no longer offered. Choose another one.")}

    def __init__(self, *, url: str = "", empty_label: Any = "", **options: Any) -> None:
        super().__init__(**options)
        self.empty_label = empty_label
        self.records: dict[str, Model] = {}
        if url:
            self.widget.attrs |= {"data-combobox": True, "data-combobox-url": url}

    def offer(
        self, records: Iterable[Any], label: Callable[[Any], str] = str, hint: Callable[[Any], str] | None = None
    ) -> None:
        """Offer `records`, with `label` and `hint` as the reader sees them."""
        self.records = {str(record.pk): record for record in records}
        widget: Any = self.widget
        widget.choices = [("", self.empty_label), *((key, label(record)) for key, record in self.records.items())]
        widget.hints = {key: hint(record) for key, record in self.records.items()} if hint else {}

    @classmethod
    def of(cls, form: forms.BaseForm, name: str) -> "PickField":
        """Return field `name` of `form`, which must be one of ours (TypeError)."""
        field = form.fields[name]
        if not isinstance(field, cls):
            raise TypeError(name)
        return field

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if str(value) not in self.records:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return self.records[str(value)]

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Model) else value
