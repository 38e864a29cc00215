"""What can be wrong with a row of a file, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By code, as a problem is stored; the places are its facts.
SENTENCES: Mapping[str, Promise | str] = {
    "not_an_amount": _("“%(text)s” is not an amount in this currency; write it like %(example)s"),
    "not_a_day": _("“%(text)s” is not a day; write it like %(example)s"),
    "cells": _("the row has %(found)d cells instead of as many as there are columns"),
    "too_large": _("the amount is too large"),
    "negative": _("the price is negative"),
    "not_a_quantity": _("“%(text)s” is not a quantity; write a number above 0"),
    "empty": _("the cell is empty"),
    "not_months": _("“%(text)s” is not a number of months"),
    "before_start": _("the day lies before the start of the subscription"),
    "no_reason_column": _("the subscription is closed, but the map does not say where its reason stands"),
    "not_a_currency": _("“%(text)s” is not a currency; write it like USD"),
    "unknown_text": _("the map does not say what “%(text)s” means"),
    "too_long": _("the text has more than %(count)d characters"),
    "formula": _("“%(text)s” is a formula; write what it comes to"),
    "not_stored": _("it could not be stored: %(error)s"),
    "double": _("“%(text)s” stands in row %(row)d already"),
    "not_an_email": _("“%(text)s” is not an e-mail address"),
    "not_a_country": _("“%(text)s” is not a country; write two letters, as in VN"),
    "not_a_language": _("“%(text)s” is not a language we speak; write vi or en"),
    "not_a_tax": _("“%(text)s” is none of your taxes, neither by its name nor by its percent"),
    "several_taxes": _("more than one of your taxes is meant by “%(text)s”; write its name"),
    "not_a_discount": _("“%(text)s” is not a discount; write a percentage from 0 to 100"),
    "no_identity": _(
        "neither a customer number nor an e-mail address stands in the row, so the customer cannot be known again"
    ),
    "not_a_plan": _("“%(text)s” is none of your recurring plans"),
    "several_plans": _("more than one of your recurring plans is named “%(text)s”"),
    "not_a_period": _("“%(text)s” is not a billing period; write it like month, 3 months or year"),
    "not_yes_or_no": _("“%(text)s” is neither yes nor no"),
    "not_a_zone": _("“%(text)s” is not a time zone; write it like Asia/Ho_Chi_Minh"),
}


def problem_words(code: str, facts: Mapping[str, Any]) -> str:
    """Return what is wrong, in the reader's language, as a part of a sentence."""
    return str(SENTENCES[code]) % facts
