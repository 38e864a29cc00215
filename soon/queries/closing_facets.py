"""By what closings are told apart: reason, category, product, tenure, signs.

Each is a condition on closures; lists narrow by it and the churn report groups by it, so both count the same rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soon.domain import churn
from soon.domain.closing_signs import SIGNS
from soon.models import CloseReason, Product
from soon.models.closures import NOT_SAID

from .listing.dimensions import NONE, Dimension, RecordDimension, is_id

OWN_WORDS = "words"
NOT_GIVEN = _("Not given")

WORDS = {
    "m0": _("Under 1 month"),
    "m1": _("1 to 3 months"),
    "m3": _("3 to 6 months"),
    "m6": _("6 to 12 months"),
    "y1": _("1 to 2 years"),
    "y2": _("2 years and longer"),
}
SIGN_WORDS: Mapping[str, Promise | str] = {
    "unpaid": _("Unpaid invoice"),
    "reminded": _("Reminded to pay"),
    "no_log_in": _("Not logged in for long"),
    "price_rose": _("Price rose not long before"),
}


@dataclass(frozen=True)
class Facet(Dimension):
    """A dimension of few fixed values, each with its words and its condition."""

    values: Mapping[str, tuple[Promise | str, Q]] = field(default_factory=dict)

    def text_for(self, key: str) -> str:
        return str(self.values[key][0]) if key in self.values else key

    def condition(self, key: str) -> Q | None:
        return self.values[key][1] if key in self.values else None


@dataclass(frozen=True)
class ReasonFacet(Dimension):
    """The listed reason, or whatever staff typed instead; several of them with commas between ("3,8,words")."""

    def text_for(self, key: str) -> str:
        parts = key.split(",")
        names = {str(reason.pk): reason.name for reason in CloseReason.objects.filter(pk__in=filter(is_id, parts))}
        return ", ".join(str(_WORDS[0]) if part == OWN_WORDS else names.get(part, part) for part in parts)

    def condition(self, key: str) -> Q | None:
        parts = key.split(",")
        ids = [int(part) for part in parts if is_id(part)]
        if len(ids) + parts.count(OWN_WORDS) < len(parts):
            return None
        listed = Q(reason_id__in=ids)
        return listed | _WORDS[1] if OWN_WORDS in parts else listed


@dataclass(frozen=True)
class SignsFacet(Dimension):
    """What the system saw, all of it: "unpaid+reminded"."""

    def text_for(self, key: str) -> str:
        return signs_in_words([] if key == NONE else key.split("+"))

    def condition(self, key: str) -> Q | None:
        signs = [] if key == NONE else key.split("+")
        return Q(signs=signs) if set(signs) <= set(SIGNS) else None


def signs_key(signs: Sequence[str]) -> str:
    """Return signs as the address writes them."""
    return "+".join(signs) or NONE


def signs_in_words(signs: Sequence[str]) -> str:
    """Return signs as readers see them."""
    return ", ".join(str(SIGN_WORDS.get(sign, sign)) for sign in signs) or gettext("Nothing")


def _tenure(first: int, until: int | None) -> Q:
    # Nothing is shorter than the shortest span; a closing as of the first day has no full month.
    since = Q(tenure_months__gte=first) if first else Q()
    return since if until is None else since & Q(tenure_months__lt=until)


def _category(category: str) -> Q:
    return Q(reason__category=category) & ~Q(reason__system_code=NOT_SAID)


# A closing without a listed reason carries the words that staff typed.
_WORDS = (_("In staff's own words"), Q(reason=None))
_CATEGORIES = CloseReason.Category.choices

REASON = ReasonFacet("reason", _("Close Reason"), "reason")
CATEGORY = Facet(
    "category",
    _("Category"),
    "reason__category",
    values={key: (label, _category(key)) for key, label in _CATEGORIES}
    | {OWN_WORDS: _WORDS, NONE: (NOT_GIVEN, Q(reason__system_code=NOT_SAID))},
)
STAFF_CATEGORY = Facet(
    "staff_category",
    _("Category as staff see it"),
    "staff_reason__category",
    values={key: (label, Q(staff_reason__category=key)) for key, label in _CATEGORIES}
    | {NONE: (NOT_GIVEN, Q(staff_reason=None))},
)
TENURE = Facet(
    "tenure",
    _("Tenure"),
    "tenure_months",
    values={key: (WORDS[key], _tenure(first, until)) for key, first, until in churn.TENURES},
)
VOLUNTARY = Facet(
    "voluntary",
    _("Voluntary or not"),
    "type",
    values={
        "yes": (_("Voluntary"), ~Q(type__in=churn.INVOLUNTARY)),
        "no": (_("Not voluntary"), Q(type__in=churn.INVOLUNTARY)),
    },
)
# The main product of the order.
PRODUCT = RecordDimension("product", _("Product"), "product", model=Product, names=("name_vi", "name_en"))
SIGNS_SEEN = SignsFacet("signs", _("Seen by the system"), "signs")
