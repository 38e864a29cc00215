"""Numbers of documents: the right series and year, none twice, none missing, and counters that know the last one."""

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, Window
from django.db.models.functions import Cast, Concat, ExtractYear, Lag, Substr
from django.utils.translation import gettext_lazy as _

from soon.domain.document_numbers import SERIES, document_number
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
    """Walk over the documents of each series, and down the single numbers of a year only where its sums are wrong."""
    for kind, code in SERIES.items():
        documents = _numbered(kind, code)
        fits = Q(number__regex=f"^{code}/[0-9]{{4}}/{_DIGITS}$", place=F("place_of_year"))
        for key, number, issued_on in documents.exclude(fits).values_list("pk", "number", "issued_on").iterator(CHUNK):
            yield Finding(FITS, number, "invoice", key, {"issued_on": fact("issued_on", issued_on)})
        yield from _years(code, documents.filter(fits).annotate(count=Cast("digits", IntegerField())))


def _numbered(kind: str, code: str) -> QuerySet[Invoice]:
    """Return the documents of `kind` with the two halves of their number, and with the first half that it should have."""
    return (
        Invoice.objects.filter(kind=kind)
        .order_by()
        .annotate(
            year=ExtractYear("issued_on"),
            place_of_year=Concat(Value(f"{code}/"), Cast("year", CharField()), Value("/")),
            place=Substr("number", 1, len(code) + 6),
            digits=Substr("number", len(code) + 7),
        )
    )


def _years(code: str, documents: QuerySet[Any]) -> Iterator[Finding]:
    sums = documents.values("year").annotate(
        issued=Count("pk"), different=Count("count", distinct=True), first=Min("count"), last=Max("count")
    )
    counters = dict(NumberSeries.objects.filter(code=code).values_list("year", "last"))
    for row in sums.order_by("year"):
        of_year = documents.filter(year=row["year"])
        if row["different"] < row["issued"]:
            yield from _twice(of_year)
        if row["first"] != 1 or row["last"] != row["different"]:
            yield from _gaps(code, row["year"], of_year)
        yield from _counted(code, row["year"], counters.pop(row["year"], 0), row["last"])
    for year, counted in counters.items():
        yield from _counted(code, year, counted, 0)


def _twice(documents: QuerySet[Any]) -> Iterator[Finding]:
    twice = documents.values("number").annotate(times=Count("pk"), key=Min("pk")).filter(times__gt=1)
    for row in twice.iterator(CHUNK):
        yield Finding(ONCE, row["number"], "invoice", row["key"], {"times": row["times"]}, count=row["times"] - 1)


def _gaps(code: str, year: int, documents: QuerySet[Any]) -> Iterator[Finding]:
    before = Window(Lag("count", default=0), order_by=["count", "pk"])
    after_gap = documents.annotate(before=before).filter(count__gt=F("before") + 1)
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
