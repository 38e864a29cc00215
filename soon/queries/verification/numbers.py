"""Numbers of documents: the right series and year, none twice, none missing, and counters that know the last one."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When, Window
from django.db.models.functions import Cast, Concat, ExtractYear, Lag, Substr
from django.utils.translation import gettext_lazy as _

from soon.domain.document_numbers import OPENING_SERIES, SERIES, document_number
from soon.models import Invoice, NumberSeries, Order

from .checks import CHUNK, Check, Finding, Moment, Theme, Walk, fact

FITS = Check(
    "number_fits",
    _("Each document has a number of the series of its kind and of the year of its issue."),
    _("This is no number for a document of its kind that was issued on {issued_on}."),
    "documents",
)
ONCE = Check("number_once", _("No number is given twice."), _("{times} documents carry this number."), "documents")
NO_GAP = Check(
    "number_without_gap",
    _("The numbers of a series and year follow each other without a gap."),
    _("Before it number {missing} is missing."),
    "documents",
)
COUNTED = Check(
    "number_counted",
    _("The counter of each series stands at the last number that was given."),
    _("The counter stands at {counted}, the last number that was given is {last}."),
    "series",
)

# At least five digits, and no needless zero before more.
_DIGITS = "([0-9]{5}|[1-9][0-9]{5,8})"


def numbers(moment: Moment) -> Iterator[Finding]:
    """Add up the numbers of each series and year; single ones are looked at only where the sums are wrong."""
    for kind, code in (*SERIES.items(), (Invoice.Kind.INVOICE, OPENING_SERIES)):
        documents = _numbered(kind, code)
        counters = dict(NumberSeries.objects.filter(code=code).values_list("year", "last"))
        for row in _sums(documents):
            of_year = documents.filter(year=row["year"])
            if row["fitting"] < row["issued"]:
                yield from _misfits(of_year)
            if row["different"] < row["fitting"]:
                yield from _twice(of_year)
            if row["different"] and (row["first"] != 1 or row["last"] != row["different"]):
                yield from _gaps(code, row["year"], of_year)
            yield from _counted(code, row["year"], counters.pop(row["year"], 0), row["last"] or 0)
        for year, counted in counters.items():
            yield from _counted(code, year, counted, 0)


def _numbered(kind: str, code: str) -> QuerySet[Any]:
    """Return the documents of `kind` with their year and their count in it; null where the number does not fit."""
    place_of_year = Concat(Value(f"{code}/"), Cast("year", CharField()), Value("/"))
    fits = Q(number__regex=f"^{code}/[0-9]{{4}}/{_DIGITS}$", place=F("place_of_year"))
    is_opening = Q(kind=Invoice.Kind.INVOICE, number__startswith=f"{OPENING_SERIES}/")
    documents = Invoice.objects.filter(is_opening if code == OPENING_SERIES else Q(kind=kind) & ~is_opening).order_by()
    return documents.annotate(
        year=ExtractYear("issued_on"),
        place_of_year=place_of_year,
        place=Substr("number", 1, len(code) + 6),
        count=Case(When(fits, then=Cast(Substr("number", len(code) + 7), IntegerField()))),
    )


def _sums(documents: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    sums: QuerySet[Any, dict[str, Any]] = documents.values("year").annotate(
        issued=Count("pk"),
        fitting=Count("count"),
        different=Count("count", distinct=True),
        first=Min("count"),
        last=Max("count"),
    )
    return sums.order_by("year")


def _misfits(documents: QuerySet[Any]) -> Iterator[Finding]:
    for key, number, issued_on in documents.filter(count=None).values_list("pk", "number", "issued_on").iterator(CHUNK):
        yield Finding(FITS, number, "invoice", key, {"issued_on": fact("issued_on", issued_on)})


def _twice(documents: QuerySet[Any]) -> Iterator[Finding]:
    twice = (
        documents.filter(count__isnull=False).values("number").annotate(times=Count("pk"), key=Min("pk")).filter(times__gt=1)
    )
    for row in twice.iterator(CHUNK):
        yield Finding(ONCE, row["number"], "invoice", row["key"], {"times": row["times"]}, count=row["times"] - 1)


def _gaps(code: str, year: int, documents: QuerySet[Any]) -> Iterator[Finding]:
    before = Window(Lag("count", default=0), order_by=["count", "pk"])
    after_gap = documents.filter(count__isnull=False).annotate(before=before).filter(count__gt=F("before") + 1)
    for key, number, last in after_gap.values_list("pk", "number", "before").iterator(CHUNK):
        yield Finding(NO_GAP, number, "invoice", key, {"missing": document_number(code, year, last + 1)})


def _counted(code: str, year: int, counted: int, last: int) -> Iterator[Finding]:
    if counted != last:
        yield Finding(COUNTED, f"{code}/{year}", facts={"counted": counted, "last": last})


def order_numbers(moment: Moment) -> Iterator[Finding]:
    """Look whether the counter of orders lies behind, so that the next one could not be numbered."""
    numbered = Order.objects.filter(number__regex=f"^S{_DIGITS}$").order_by()
    last = numbered.aggregate(last=Max(Cast(Substr("number", 2), IntegerField())))["last"] or 0
    counted = NumberSeries.objects.filter(code="S", year=0).values_list("last", flat=True).first() or 0
    if counted < last:
        yield Finding(COUNTED, "S", facts={"counted": counted, "last": last})


NUMBERS = Theme(_("Numbers"), (Walk((FITS, ONCE, NO_GAP), numbers), Walk((COUNTED,), order_numbers)))
