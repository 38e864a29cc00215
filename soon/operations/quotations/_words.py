"""The words of a quotation: what a draft says beside its lines, and what it cannot say."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from soon.formatting import day_in_words
from soon.models import Order
from soon.models.plans import MOST_TRIAL_DAYS
from soon.operations.refusal import Refusal

from .draft import Draft


class ImpossibleTerms(Refusal):
    """A free trial or an end date that makes no sense; `field` names which of them a form should point at."""

    def __init__(self, message: str | Promise, field: str) -> None:
        super().__init__(message)
        self.field = field


def take_words(order: Order, draft: Draft) -> None:
    """Give `order` the words of `draft`; nothing is stored. Raises ImpossibleTerms."""
    order.customer = draft.customer
    order.plan = draft.plan
    order.currency = draft.currency
    order.salesperson = draft.salesperson
    order.time_zone = draft.customer.time_zone
    order.start_on = draft.start_on
    order.trial_days = draft.trial_days
    order.ends_on = draft.ends_on
    order.expires_on = draft.expires_on
    order.customer_reference = draft.customer_reference
    order.note = draft.note
    _check_terms(order)


def _check_terms(order: Order) -> None:
    if order.plan is None and (order.trial_days or order.ends_on):
        words = _("Only a subscription has a free trial or an end date. Choose a recurring plan first.")
        raise ImpossibleTerms(words, "trial_days" if order.trial_days else "last_day_on")
    if not 0 <= order.trial_days <= MOST_TRIAL_DAYS:
        raise ImpossibleTerms(_("A free trial has at most %(days)d days.") % {"days": MOST_TRIAL_DAYS}, "trial_days")
    first_paid_on = order.first_paid_on
    if first_paid_on and order.ends_on and order.ends_on <= first_paid_on:
        words = _("The first day to be paid for is %(day)s: the end date must not lie before it.")
        raise ImpossibleTerms(words % {"day": day_in_words(first_paid_on)}, "last_day_on")
