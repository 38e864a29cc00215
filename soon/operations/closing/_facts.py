"""Reading from what the money of closings follows, for one order or a thousand, in a fixed number of queries."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Sum

from soon.domain.agreements import Agreement, BilledPart
from soon.domain.billing import BillableLine
from soon.domain.closing_money import Ahead, ChargedLine, ClosingFacts, OpenInvoice
from soon.domain.crediting import Creditable
from soon.domain.derivations import UNUSED_PART, period_from, price_from, tax_from
from soon.models import Invoice, InvoiceLine, OrderChange, Payment
from soon.models.bulk import any_of
from soon.operations.billing._changes import changed
from soon.operations.billing._compute import billable, terms
from soon.operations.billing._read import Catalogue, Subscription, subscriptions


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """A subscription as billing reads it, and from what the money of its closing follows."""

    subscription: Subscription
    closing: ClosingFacts
    catalogue: Catalogue
    # Open changes of the order, the next first; and those of them that its end does not keep from taking effect.
    waiting: tuple[OrderChange, ...] = ()
    through: tuple[OrderChange, ...] = ()

    @property
    def paid_until(self) -> datetime.date | None:
        """The end of what was billed and not given back; None where nothing recurring was."""
        return max((line.part.kept_until for line in self.closing.charged), default=None)

    def with_credit(self, credit_minor: int | None) -> "OrderFacts":
        """Return them with another unused credit of the customer, in minor units; None leaves it as it is."""
        if credit_minor is None:
            return self
        return replace(self, closing=replace(self.closing, credit_minor=credit_minor))

    def while_paused(self) -> "OrderFacts":
        """Return them without anything that could be charged: days of a pause are not served. What was billed stays."""
        agreement = replace(self.closing.agreement, lines=())
        return replace(
            self,
            subscription=replace(self.subscription, lines=()),
            closing=replace(self.closing, agreement=agreement, ahead=()),
            through=(),
        )

    def lines_from(self, on: datetime.date) -> tuple[BillableLine, ...]:
        """Return the lines as they go on on the local date `on`: each with the day from which it is billed again.

        That is where what was paid for and kept ends; one never billed begins anew only after its start. Each on its own: of a
        free line nothing is given back, and it must not keep the others from being billed.
        """
        paid_until = {row.pk: on for row in self.subscription.lines}
        for each in self.closing.charged:
            if isinstance(each.order_line, int):
                paid_until[each.order_line] = max(paid_until[each.order_line], each.part.kept_until)
        first_paid_on = self.subscription.first_paid_on or on
        cursors = [paid_until[row.pk] for row in self.subscription.lines]
        return tuple(
            replace(line, billed_until=cursor if cursor > first_paid_on else None) if line.is_recurring else line
            for line, cursor in zip(billable(self.subscription, self.catalogue), cursors, strict=True)
        )

    def resumed(self, on: datetime.date) -> "OrderFacts":
        """Return those of a paused subscription as they are once it goes on on the local date `on`."""
        lines = self.lines_from(on)
        rows = [row._replace(billed_until=line.billed_until) for row, line in zip(self.subscription.lines, lines, strict=True)]
        agreement = replace(self.closing.agreement, lines=lines)
        return replace(
            self, subscription=replace(self.subscription, lines=rows), closing=replace(self.closing, agreement=agreement)
        )

    def ending_on(self, effective_on: datetime.date, today: datetime.date) -> "OrderFacts":
        """Return them with the changes that take effect before the end `effective_on`, seen on the local date `today`.

        Those whose day has come do, whether the worker was there or not; of those to come only the end of a running discount:
        the others are cancelled by the closing.
        """
        to_begin = any(each.kind == OrderChange.Kind.DISCOUNT and each.takes_effect_on > today for each in self.waiting)
        through, ahead, current = [], [], self.subscription
        for each in self.waiting:
            is_to_come = each.takes_effect_on > today and (to_begin or each.kind != OrderChange.Kind.DISCOUNT_ENDS)
            if is_to_come or each.takes_effect_on >= effective_on:
                continue
            current = changed(current, each)
            through.append(each)
            lines = tuple(billable(current, self.catalogue))
            ahead.append(Ahead(each.takes_effect_on, terms(current, self.catalogue), lines))
        return replace(self, closing=replace(self.closing, ahead=tuple(ahead)), through=tuple(through))

    def settled_elsewhere(self) -> "OrderFacts":
        """Return them without anything that could be charged or given back."""
        paused = self.while_paused()
        return replace(paused, closing=replace(paused.closing, charged=()))


def facts_of(orders: Sequence[int], catalogue: Catalogue, *, after: datetime.date) -> dict[int, OrderFacts]:
    """Return the facts of each order by its key; of what was billed only the parts that reach beyond the local date `after`."""
    found = subscriptions(orders, catalogue)
    charged = _charged(found, after)
    open_invoices = _open_invoices(orders)
    credit = _unused_credit({each.buyer.customer_id for each in found})
    waiting = _waiting(orders)
    return {
        each.pk: OrderFacts(
            each,
            ClosingFacts(
                Agreement(terms(each, catalogue), tuple(billable(each, catalogue))),
                tuple(charged[each.pk]),
                tuple(open_invoices[each.pk]),
                credit.get((each.buyer.customer_id, each.currency), 0),
            ),
            catalogue,
            tuple(waiting.get(each.pk, ())),
        )
        for each in found
    }


def _waiting(orders: Sequence[int]) -> Mapping[int, list[OrderChange]]:
    found: dict[int, list[OrderChange]] = defaultdict(list)
    for change in OrderChange.objects.open().filter(order__in=any_of(orders)).order_by("takes_effect_on", "pk"):
        found[change.order_id].append(change)
    return found


def _charged(subscriptions: Sequence[Subscription], after: datetime.date) -> Mapping[int, list[ChargedLine]]:
    orders = {line.pk: each.pk for each in subscriptions for line in each.lines}
    # These conditions are those of the index that keeps each period charged once, so it finds the lines as well.
    charges = InvoiceLine.objects.filter(is_charge=True, order_line__isnull=False, period_start__isnull=False)
    lines = charges.filter(order_line__in=any_of(list(orders)), period_end__gt=after)
    names = ("pk", "order_line", "invoice", "period_end", "net_minor", "tax_minor", "derivation")
    rows = list(lines.order_by("period_start", "pk").values_list(*names))
    taken_back = _credits([row[0] for row in rows])
    found: dict[int, list[ChargedLine]] = defaultdict(list)
    for key, line, invoice, period_end, net, tax, derivation in rows:
        credited = taken_back[key]
        kept_until = min([period_end, *credited.given_back_from])
        part = BilledPart(key, price_from(derivation), tax_from(derivation), period_from(derivation), kept_until)
        creditable = Creditable(net, tax, credited.net_minor, credited.tax_minor)
        found[orders[line or 0]].append(ChargedLine(invoice, part, creditable, line))
    return found


@dataclass(slots=True)
class _Credited:
    net_minor: int = 0
    tax_minor: int = 0
    given_back_from: Sequence[datetime.date] = ()


def _credits(lines: Sequence[int]) -> Mapping[int, _Credited]:
    """Return what credit notes took back of each line, and from which day on its days were given back."""
    found: dict[int, _Credited] = defaultdict(_Credited)
    rows = InvoiceLine.objects.filter(credits_line__in=any_of(lines)).order_by("pk") if lines else InvoiceLine.objects.none()
    for key, net, tax, start, derivation in rows.values_list(
        "credits_line", "net_minor", "tax_minor", "period_start", "derivation"
    ):
        credited = found[key]  # type: ignore[index]  # only lines that credit one were asked for
        credited.net_minor += net
        credited.tax_minor += tax
        if start and _gives_days_back(derivation):
            credited.given_back_from = (*credited.given_back_from, start)
    return found


def _gives_days_back(derivation: Mapping[str, Any]) -> bool:
    return derivation.get("rule") == UNUSED_PART or bool(derivation.get("ends_service"))


def _open_invoices(orders: Sequence[int]) -> Mapping[int, list[OpenInvoice]]:
    found: dict[int, list[OpenInvoice]] = defaultdict(list)
    # All of the order, by its own index; which are open is seen here: an index of all open ones would be the longer way.
    rows = Invoice.objects.filter(order__in=any_of(orders), kind=Invoice.Kind.INVOICE).order_by("issued_on", "pk")
    for order, key, total, paid in rows.values_list("order", "pk", "total_minor", "paid_minor"):
        if order and paid < total:
            found[order].append(OpenInvoice(key, total - paid))
    return found


def _unused_credit(customers: Collection[int]) -> Mapping[tuple[int, str], int]:
    """Return what each customer has as credit in each currency, in minor units."""
    wanted = {"customer__in": any_of(sorted(customers))}
    found: dict[tuple[int, str], int] = defaultdict(int)
    payments = Payment.objects.unused().filter(**wanted).order_by()
    notes = Invoice.objects.unused_credit_notes().filter(**wanted).order_by()
    for rows, left in ((payments, F("amount_minor") - F("used_minor")), (notes, F("total_minor") - F("paid_minor"))):
        for customer, currency, minor in rows.values_list("customer", "currency").annotate(left=Sum(left)):
            found[customer, currency] += minor
    return found
