"""Form fields for what people type: amounts of money and numbers, in either language's notation and never guessed."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from soon.domain.money import NotAnAmount, UnknownCurrency, digits_of, to_minor
from soon.formatting import figure

# Far above any real price, far below what a column holds, so that a price times a quantity still fits.
LARGEST_AMOUNT_MINOR = 10**15

_SIGNS = "₫đĐ$€£¥"
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’_]+")
_SHAPE = re.compile(r"-?[0-9][0-9.,]{0,60}")


def decimal_mark() -> str:
    """Return what separates decimals in the reader's language."""
    return "." if (get_language() or "vi").startswith("en") else ","


def read_amount(text: str, currency: str) -> int:
    """Return what somebody typed in major units of `currency` as minor units; raise ValidationError with what to do.

    Understands 1250000, 1.250.000, 1,250,000.50, 1 250 000,5 and a currency sign. One mark before three digits is a
    group where the currency has no such decimals or the reader groups so; where it could be either, it is refused.
    """
    digits = digits_of(currency)
    number = _plain(text.strip().removesuffix(currency).removeprefix(currency).strip(_SIGNS + " \u00a0"), digits)
    try:
        return to_minor(number, currency)
    except NotAnAmount:
        raise ValidationError(_too_precise(text, currency, digits), code="precision") from None


def amount_for_input(minor: int, currency: str) -> str:
    """Return `minor` units of `currency` as inputs show them: grouped, with all decimals, in the reader's notation.

    With all decimals, what is shown can never be read as two amounts.
    """
    return figure(minor, currency)


def clean_amount(form: forms.BaseForm, name: str, currency: str, *, smallest: int = 0) -> int | None:
    """Return field `name` of the cleaned `form` in minor units of `currency`; otherwise put the error at the field.

    For forms where the currency is chosen beside the amount: call it in `clean()`; the minor units replace the text.
    """
    text = form.cleaned_data.get(name)
    if text in (None, "") or not currency:
        return None
    try:
        minor = _checked(read_amount(str(text), currency), currency, smallest)
    except ValidationError as error:
        form.add_error(name, error)
        return None
    except UnknownCurrency:
        return None
    form.cleaned_data[name] = minor
    return minor


class MoneyField(forms.CharField):
    """An amount as people write it. With a `currency` it cleans to minor units; without one to the text, for `clean_amount`.

    Set `field.currency` in the form's `__init__` where it is known only there; an `initial` is in minor units then.
    """

    def __init__(self, *, currency: str = "", smallest: int = 0, **options: Any) -> None:
        options.setdefault("max_length", 60)
        super().__init__(**options)
        self.currency = currency
        self.smallest = smallest

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off", "class": "number"}

    def prepare_value(self, value: Any) -> Any:
        return amount_for_input(value, self.currency) if isinstance(value, int) and self.currency else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or not self.currency:
            return text if not self.currency else None
        return _checked(read_amount(text, self.currency), self.currency, self.smallest)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if isinstance(initial, int) and self.currency:
            try:
                return bool(self.clean(data) != initial)
            except ValidationError:
                return True
        return super().has_changed(initial, data)


class NumberField(forms.DecimalField):
    """A decimal number (a quantity, a percentage) with a comma or a point before the decimals; groups are not guessed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "number"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return number_for_input(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs inherit from whole numbers
        text = _SPACES.sub("", str(value)) if value not in (None, "") else ""
        if text and not re.fullmatch(r"[+-]?[0-9]{1,30}([.,][0-9]{0,30})?", text):
            raise ValidationError(_("Write a number with digits, for example %(example)s.") % {"example": _example("1.5")})
        return super().to_python(text.replace(",", "."))


def number_for_input(value: Decimal) -> str:
    """Return `value` without empty decimals, in the reader's notation: Decimal("1.500") → "1,5"."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", decimal_mark())


def _plain(text: str, digits: int) -> str:
    """Return `text` in machine notation; raise ValidationError where it is no number or could be two."""
    text = _SPACES.sub("", text).replace("−", "-")
    if not _SHAPE.fullmatch(text):
        raise ValidationError(_("Write an amount with digits, for example %(example)s.") % {"example": _example("1250000")})
    marks = re.sub("[-0-9]", "", text)
    if not marks:
        return text
    last = marks[-1]
    if len(set(marks)) == 1 and (len(marks) > 1 or _is_group(text, last, digits)):
        return _ungrouped(text, last)
    if marks.count(last) > 1 or len(set(marks[:-1])) > 1:
        raise _misplaced()
    whole, _mark, decimals = text.partition(last)
    return f"{_ungrouped(whole, marks[0]) if len(marks) > 1 else whole}.{decimals}" if decimals else _ungrouped(whole, marks[0])


def _is_group(text: str, mark: str, digits: int) -> bool:
    """Return whether the only `mark` in `text` separates thousands; raise ValidationError where nobody can know."""
    whole, _mark, tail = text.partition(mark)
    if len(tail) != 3 or len(whole.lstrip("-")) > 3 or whole.lstrip("-").startswith("0"):
        return False
    if digits == 0 or (digits < 3 and mark != decimal_mark()):
        return True
    if digits >= 3 and mark == decimal_mark():
        return False
    plain = {"grouped": whole + tail, "decimal": f"{whole}{decimal_mark()}{tail if digits >= 3 else tail[:digits]}"}
    raise ValidationError(_("This could mean two amounts. Write %(grouped)s or %(decimal)s.") % plain, code="ambiguous")


def _ungrouped(text: str, mark: str) -> str:
    """Return `text` without the `mark` between its groups of three; raise ValidationError for other groups."""
    if mark in text and not re.fullmatch(rf"-?[0-9]{{1,3}}({re.escape(mark)}[0-9]{{3}})+", text):
        raise _misplaced()
    return text.replace(mark, "")


def _misplaced() -> ValidationError:
    example = _example("1250000.50")
    return ValidationError(_("The separators in this amount are not clear. Write it as %(example)s.") % {"example": example})


def _example(machine: str) -> str:
    return machine.replace(".", decimal_mark())


def _too_precise(text: str, currency: str, digits: int) -> str:
    if not digits and re.search(r"[.,]", text):
        return _("%(currency)s has no decimals. Write a whole number.") % {"currency": currency}
    if re.search(r"[.,]", text):
        return _("%(currency)s has %(digits)d decimals. Write no more than that.") % {"currency": currency, "digits": digits}
    return _("This amount is too large.")


def _checked(minor: int, currency: str, smallest: int) -> int:
    if minor < smallest:
        if smallest == 0:
            raise ValidationError(_("An amount cannot be negative."), code="too_small")
        least = f"{amount_for_input(smallest, currency)} {currency}"
        raise ValidationError(_("The amount must be at least %(least)s.") % {"least": least}, code="too_small")
    if minor > LARGEST_AMOUNT_MINOR:
        raise ValidationError(_("This amount is too large."), code="too_large")
    return minor
