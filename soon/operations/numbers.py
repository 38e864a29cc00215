"""Numbers without gaps."""

from django.db.models import F

from soon.models import NumberSeries


def take_number(code: str, year: int) -> int:
    """Return the next number of series `code` in `year`; call it last, inside the transaction that uses the number.

    The counted-up row stays locked until that transaction ends: a roll-back gives the number back, so there is no gap.
    """
    return take_numbers(code, year, 1)[0]


def take_numbers(code: str, year: int, count: int) -> range:
    """Return the next `count` numbers of series `code` in `year`, as `take_number` does."""
    NumberSeries.objects.get_or_create(code=code, year=year)
    NumberSeries.objects.filter(code=code, year=year).update(last=F("last") + count)
    last = NumberSeries.objects.values_list("last", flat=True).get(code=code, year=year)
    return range(last - count + 1, last + 1)
