"""What `soon bill` did or would do: as one object for programs, as sentences for people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from soon import formatting
from soon.models import BillingRun, Plan, SetAside
from soon.operations.billing.preview import RunPreview, Sum

Facts = dict[str, Any]


def billed(runs: Sequence[BillingRun], seconds: float, *, is_stopped: bool) -> Facts:
    """Return the figures of `runs`; amounts in minor units. Without anything due there is no run."""
    totals = _totals(runs)
    issued = sum(run.issued for run in runs)
    return {
        "runs": [run.pk for run in runs],
        "bills_until": _latest(runs),
        "issued": issued,
        "ended": sum(run.ended for run in runs),
        "set_aside": sum(run.set_aside for run in runs),
        "totals": _facts_by_currency(totals),
        "stopped": is_stopped,
        "seconds": round(seconds, 3),
        "per_second": round(issued / seconds, 1) if seconds else None,
    }


def previewed(found: Sequence[RunPreview], seconds: float) -> Facts:
    """Return the figures of what would be issued, in total and by plan; amounts in minor units."""
    names = _plan_names(found)
    by_plan = _merged(each.by_plan for each in found)
    return {
        "dry_run": True,
        "bills_until": _latest(found),
        "would_issue": sum(each.documents for each in found),
        "would_end": sum(each.ending for each in found),
        "would_set_aside": sum(each.refused for each in found),
        "totals": _facts_by_currency(_merged(each.by_currency for each in found)),
        "by_plan": [
            {"plan": plan, "name": names.get(plan, ""), "currency": currency, **_facts(each)}
            for (plan, currency), each in _in_order(by_plan, names)
        ],
        "seconds": round(seconds, 3),
    }


def told_of_run(runs: Sequence[BillingRun], seconds: float) -> list[str]:
    """Return what happened, in sentences."""
    if not runs:
        return [_("Nothing is due."), *_waiting()]
    issued, ended = sum(run.issued for run in runs), sum(run.ended for run in runs)
    words = ngettext("%(count)s invoice issued in %(seconds)s s (%(rate)s a second).",
                     "%(count)s invoices issued in %(seconds)s s (%(rate)s a second).", issued)  # fmt: skip
    lines = [words % {"count": _number(issued), "seconds": _number(round(seconds, 1)), "rate": _rate(issued, seconds)}]
    lines += _amounts(_totals(runs))
    if ended:
        words = ngettext("%(count)s subscription ended.", "%(count)s subscriptions ended.", ended)
        lines.append(words % {"count": _number(ended)})
    aside = sum(run.set_aside for run in runs)
    if aside:
        words = ngettext("%(count)s subscription could not be billed and is set aside.",
                         "%(count)s subscriptions could not be billed and are set aside.", aside)  # fmt: skip
        lines.append(words % {"count": _number(aside)})
    return lines + _waiting()


def told_of_preview(found: Sequence[RunPreview]) -> list[str]:
    """Return what would happen, in sentences and a table by plan."""
    documents, ending = sum(each.documents for each in found), sum(each.ending for each in found)
    words = ngettext("%(count)s invoice would be issued.", "%(count)s invoices would be issued.", documents)
    lines = [words % {"count": _number(documents)}, *_amounts(_merged(each.by_currency for each in found))]
    names = _plan_names(found)
    by_plan = _in_order(_merged(each.by_plan for each in found), names)
    lines += [_line(names.get(plan) or _("without a plan"), each, currency) for (plan, currency), each in by_plan]
    if ending:
        words = ngettext("%(count)s subscription would end.", "%(count)s subscriptions would end.", ending)
        lines.append(words % {"count": _number(ending)})
    refused = sum(each.refused for each in found)
    if refused:
        words = ngettext("%(count)s subscription would be set aside.", "%(count)s subscriptions would be set aside.", refused)
        lines.append(words % {"count": _number(refused)})
    return [*lines, _("Nothing was written.")]


def _waiting() -> list[str]:
    """Return how many set-aside subscriptions wait for somebody, this run's and earlier ones; nothing if none does."""
    count = SetAside.objects.open().count()
    if not count:
        return []
    words = ngettext("%(count)s set-aside subscription waits for somebody: Invoices ‣ Set aside.",
                     "%(count)s set-aside subscriptions wait for somebody: Invoices ‣ Set aside.", count)  # fmt: skip
    return [words % {"count": _number(count)}]


def _totals(runs: Sequence[BillingRun]) -> dict[str, Sum]:
    totals: dict[str, Sum] = defaultdict(Sum)
    for run in runs:
        for row in run.totals.all():
            totals[row.currency].documents += row.issued
            totals[row.currency].total_minor += row.total_minor
    return totals


def _merged(parts: Iterable[dict[Any, Sum]]) -> dict[Any, Sum]:
    merged: dict[Any, Sum] = defaultdict(Sum)
    for part in parts:
        for key, each in part.items():
            merged[key].documents += each.documents
            merged[key].total_minor += each.total_minor
    return merged


def _plan_names(found: Sequence[RunPreview]) -> dict[int | None, str]:
    plans = {plan for each in found for plan, _currency in each.by_plan if plan}
    return {plan.pk: plan.name for plan in Plan.objects.filter(pk__in=plans)}


def _in_order(by_plan: dict[Any, Sum], names: dict[int | None, str]) -> list[tuple[Any, Sum]]:
    return sorted(by_plan.items(), key=lambda item: (names.get(item[0][0], ""), item[0][1]))


def _latest(days: Sequence[BillingRun] | Sequence[RunPreview]) -> str | None:
    return max(each.bills_until for each in days).isoformat() if days else None


def _facts(each: Sum) -> Facts:
    return {"documents": each.documents, "total_minor": each.total_minor}


def _facts_by_currency(totals: dict[str, Sum]) -> dict[str, Facts]:
    return {currency: _facts(totals[currency]) for currency in sorted(totals)}


def _amounts(totals: dict[str, Sum]) -> list[str]:
    return [_line(currency, totals[currency], currency) for currency in sorted(totals)]


def _line(label: str, each: Sum, currency: str) -> str:
    words = ngettext("  %(label)s: %(count)s invoice, %(amount)s",
                     "  %(label)s: %(count)s invoices, %(amount)s", each.documents)  # fmt: skip
    amount = formatting.money_text(each.total_minor, currency)
    return words % {"label": label, "count": _number(each.documents), "amount": amount}


def _number(value: float) -> str:
    return formatting.quantity(Decimal(str(value)))


def _rate(count: int, seconds: float) -> str:
    return _number(round(count / seconds)) if seconds else "0"
