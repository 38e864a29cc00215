"""Telling what became of each order, through the same verbs that people use."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from random import Random

from django.db.models import F

from soon.activity.actor import Actor, customer_in_portal, staff, system
from soon.domain.periods import local_date
from soon.models import CloseReason, Closure, Invoice, Order, Payment, Plan, User
from soon.operations.chatter.log_note import log_note
from soon.operations.chatter.write_to_customer import write_to_customer
from soon.operations.chatter.write_to_staff import write_to_staff
from soon.operations.invoices.issue_next import issue_next
from soon.operations.movements.rebook import rebook
from soon.operations.payments.register_payment import register_payment
from soon.operations.payments.reverse import reverse
from soon.operations.quotations.cancel import cancel
from soon.operations.quotations.confirm import confirm
from soon.operations.quotations.create import create
from soon.operations.quotations.draft import Draft, DraftLine
from soon.operations.quotations.send import send
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import CannotPause, pause

from . import ahead, money, plots, texts
from .catalog import Catalog
from .plots import Plot
from .timeline import Timeline

ZONE = "Asia/Ho_Chi_Minh"
# (who closes, English name of the reason or empty for staff's own words): weight
ENDINGS: dict[tuple[str, str], int] = {
    ("customer", "Subscription too expensive"): 27,
    ("customer", "I don't really use it"): 13,
    ("customer", "Subscription does not meet my requirements"): 9,
    ("customer", "Other"): 5,
    ("staff", "Subscription too expensive"): 11,
    ("staff", "Moved to another provider"): 12,
    ("staff", "The business closed down"): 7,
    ("staff", "Moved out of our service area"): 3,
    ("staff", "Subscription reached its end date"): 3,
    ("staff", ""): 10,
}
METHODS = {"bank_transfer": 70, "e_wallet": 12, "cash": 10, "card": 8}


class Storyteller:
    """Plans the events of every plot on the timeline; each draws from its own random numbers."""

    def __init__(self, timeline: Timeline, catalog: Catalog, accountant: User) -> None:
        self._timeline = timeline
        self._catalog = catalog
        self._accountant = accountant
        self._reasons = {reason.name_en: reason for reason in CloseReason.objects.all()}

    def tell(self, plot: Plot) -> None:
        """Plan the first event of `plot`; every event plans the next."""
        Story(self, plot)

    @property
    def timeline(self) -> Timeline:
        """Where events are planned."""
        return self._timeline

    @property
    def accountant(self) -> User:
        """Who registers payments."""
        return self._accountant

    @property
    def reasons(self) -> Mapping[str, CloseReason]:
        """The close reasons by their English names."""
        return self._reasons

    def reason(self, name_en: str) -> CloseReason:
        """Return the close reason of that English name."""
        return self._reasons[name_en]

    def plan(self, key: str) -> Plan:
        """Return the recurring plan that plots call so."""
        return self._catalog.plans[key]

    def draft(self, plot: Plot, note: str) -> Draft:
        """Return the quotation that `plot` begins with."""
        lines = []
        for code, quantity in plot.products.items():
            product = self._catalog.products[code]
            price = self._catalog.prices.get((code, plot.plan, plot.currency))
            once = self._catalog.prices.get((code, None, plot.currency), 0)
            lines.append(
                DraftLine(
                    product=product,
                    quantity=Decimal(quantity),
                    unit_price_minor=once if price is None else price,
                    is_recurring=price is not None,
                    discount_percent=plot.discount if price is not None else Decimal(0),
                    tax=product.tax,
                )
            )
        return Draft(
            customer=plot.customer,
            currency=plot.currency,
            plan=self._catalog.plans[plot.plan],
            salesperson=plot.salesperson,
            expires_on=plot.created_on + datetime.timedelta(days=30),
            note=note,
            lines=lines,
        )


class Story:
    """One order's life. Its methods are events: they happen once, at the moment they are given."""

    def __init__(self, teller: Storyteller, plot: Plot) -> None:
        self._teller = teller
        self._timeline = teller.timeline
        self._plot = plot
        self._random = Random(plot.seed)  # noqa: S311 - a made-up history, nothing to guess
        self._seller = staff(plot.salesperson)
        self._order: Order
        self._has_ended = False
        self._timeline.on(plot.created_on, self._create, minute=self._random.randrange(490, 1000))

    def _soon(self, at: datetime.datetime, days: int) -> datetime.date:
        return local_date(at, ZONE) + datetime.timedelta(days=days)

    def _minute(self) -> int:
        return self._random.randrange(490, 1080)

    def _create(self, at: datetime.datetime) -> None:
        self._order = create(self._teller.draft(self._plot, self._random.choice(texts.ORDER_NOTES)), actor=self._seller, at=at)
        if self._plot.fate == plots.DRAFTED:
            return
        self._timeline.on(self._soon(at, self._random.randrange(2)), self._send, minute=1000 + self._random.randrange(80))

    def _send(self, at: datetime.datetime) -> None:
        self._order = send(self._order, actor=self._seller, at=at)
        if self._plot.talks:
            self._timeline.on(self._soon(at, 1), self._talk, minute=self._minute())
        wait = self._random.randrange(1, 8)
        if self._plot.fate == plots.CANCELLED:
            self._timeline.on(self._soon(at, wait + 20), self._cancel, minute=self._minute())
        elif self._plot.fate != plots.OFFERED:
            self._timeline.on(self._soon(at, wait), self._confirm, minute=self._minute())

    def _cancel(self, at: datetime.datetime) -> None:
        cancel(self._order, actor=self._seller, at=at)

    def _confirm(self, at: datetime.datetime) -> None:
        accepts = self._random.random() < 0.4
        actor = customer_in_portal(self._plot.customer) if accepts else self._seller
        self._order = confirm(self._order, actor=actor, at=at, today=local_date(at, ZONE))
        ends = {plots.CHURNED: self._close, plots.PAUSED: self._pause, plots.RENEWED: self._renew}
        if end := ends.get(self._plot.fate):
            self._timeline.on(self._soon(at, self._plot.days_served), end, minute=self._minute())
        known_on = ahead.known_on(self._plot.seed, self._timeline.today)
        if self._plot.fate == plots.RUNNING and ahead.is_booked(self._plot.seed) and known_on > local_date(at, ZONE):
            self._timeline.on(known_on, self._book)
        self._plan_invoice()
        if self._plot.talks:
            self._timeline.on(self._soon(at, self._random.randrange(3, 60)), self._talk, minute=self._minute())

    def _book(self, at: datetime.datetime) -> None:
        reasons, plan = self._teller.reasons, self._teller.plan("yearly")
        day, today = local_date(at, ZONE), self._timeline.today
        ahead.book(self._order, self._plot.seed, today, reasons=reasons, plan=plan, actor=self._seller, at=at, day=day)

    def _plan_invoice(self) -> None:
        due_on = self._order.next_invoice_on
        if due_on is None:
            return
        if self._plot.skips_latest_invoice and due_on > self._timeline.today - datetime.timedelta(days=25):
            return
        confirmed_on = local_date(self._order.confirmed_at, ZONE) if self._order.confirmed_at else due_on
        # On its first day after the people have gone, else in the morning.
        self._timeline.on(due_on, self._invoice, minute=1110 if due_on == confirmed_on else 435)

    def _invoice(self, at: datetime.datetime) -> None:
        if self._has_ended:
            return
        invoice = issue_next(self._order, actor=system(), at=at, today=local_date(at, ZONE))
        self._plan_payment(invoice, at)
        if money.is_credited(invoice):
            self._timeline.on(self._soon(at, 3), partial(self._credit, invoice), minute=700)
        self._order = invoice.order or self._order
        self._plan_invoice()

    def _plan_payment(self, invoice: Invoice, at: datetime.datetime) -> None:
        payer = self._plot.payer
        if payer == plots.NEVER or (payer == plots.FORGETFUL and self._random.random() < 0.5):
            return
        days = self._random.randrange(1, 14) if payer in (plots.PUNCTUAL, plots.IN_PARTS) else self._random.randrange(10, 50)
        first = invoice.total_minor * self._random.randrange(3, 7) // 10 if payer == plots.IN_PARTS else invoice.total_minor
        self._pay(invoice, first, self._soon(at, days))
        if first < invoice.total_minor and self._random.random() < 0.6:
            self._pay(invoice, invoice.total_minor - first, self._soon(at, days + self._random.randrange(10, 40)))

    def _pay(self, invoice: Invoice, amount_minor: int, day: datetime.date, *, is_again: bool = False) -> None:
        method = self._random.choices(list(METHODS), list(METHODS.values()))[0]

        def event(at: datetime.datetime) -> None:
            invoice.refresh_from_db(fields=["paid_minor"])
            # Credit of the customer may have paid a part of it already.
            due_minor = min(amount_minor, invoice.open_minor)
            if not due_minor:
                return
            payment = register_payment(
                invoice,
                amount_minor=due_minor + (due_minor // 2 if money.is_overpaid(invoice) else 0),
                paid_on=day,
                method=method,
                actor=staff(self._teller.accountant),
                at=at,
                today=day,
                reference=f"FT{day:%y%m%d}{money.count_of(invoice):05d}" if method == "bank_transfer" else "",
            )
            if money.bounces(invoice) and not is_again:
                self._timeline.on(self._soon(at, 2), partial(self._bounce, payment), minute=660)

        if amount_minor > 0:
            self._timeline.on(day, event, minute=self._minute())

    def _bounce(self, payment: Payment, at: datetime.datetime) -> None:
        today, invoice = local_date(at, ZONE), payment.invoice
        if invoice:
            reason = money.why_it_bounced(invoice)
            reverse(payment, reason=reason, actor=staff(self._teller.accountant), at=at, today=today)
            self._pay(invoice, invoice.total_minor, self._soon(at, 6), is_again=True)

    def _credit(self, invoice: Invoice, at: datetime.datetime) -> None:
        today = local_date(at, ZONE)
        money.give_a_tenth_back(invoice, actor=staff(self._teller.accountant), at=at, today=today)

    def _talk(self, at: datetime.datetime) -> None:
        speaks_english = self._plot.customer.language == "en"
        step = self._random.randrange(4)
        if step == 0:
            log_note(self._order, text=self._random.choice(texts.NOTES), actor=self._seller, at=at)
        elif step == 1:
            to_customer = texts.TO_FOREIGN_CUSTOMER if speaks_english else texts.TO_CUSTOMER
            write_to_customer(self._order, text=self._random.choice(to_customer), actor=self._seller, at=at)
        else:
            from_customer = texts.FROM_FOREIGN_CUSTOMER if speaks_english else texts.FROM_CUSTOMER
            actor = customer_in_portal(self._plot.customer)
            write_to_staff(self._order, text=self._random.choice(from_customer), actor=actor, at=at)
        if self._random.random() < 0.5:
            self._timeline.on(self._soon(at, self._random.randrange(2, 90)), self._talk, minute=self._minute())

    def _pause(self, at: datetime.datetime) -> None:
        # Every second one knows already when it goes on, later than the demo's today.
        in_weeks = datetime.timedelta(days=14 + self._plot.seed % 21)
        knows_when = self._plot.seed % 2 and self._plot.customer.email
        resumes_on = self._timeline.today + in_weeks if knows_when else None
        try:
            pause(self._order, actor=self._seller, at=at, today=local_date(at, ZONE), resumes_on=resumes_on)
        except CannotPause:
            # It has not begun yet, or was not confirmed in time.
            return
        self._has_ended = True
        log_note(self._order, text=self._random.choice(texts.PAUSES), actor=self._seller, at=at)

    def _renew(self, at: datetime.datetime) -> None:
        # No verb renews yet either: the old order ends where its invoices end, and its successor is sold like any other.
        order = self._order
        order.refresh_from_db()
        running = Order.objects.filter(pk=order.pk, state=Order.State.IN_PROGRESS, next_invoice_on__isnull=False)
        if running.update(state=Order.State.RENEWED, ends_on=F("next_invoice_on"), next_invoice_on=None):
            self._has_ended = True
            rebook([order.pk])
            plot = replace(self._plot, fate=plots.RUNNING, created_on=local_date(at, ZONE), seed=self._plot.seed + 1000)
            self._teller.tell(plot)

    def _close(self, at: datetime.datetime) -> None:
        self._has_ended = True
        who, name = self._ending()
        reason = self._teller.reason(name) if name else None
        close(
            self._order,
            actor=self._closer(who),
            at=at,
            today=local_date(at, ZONE),
            reason=reason,
            own_words="" if reason else self._random.choice(texts.OWN_WORDS),
            closure_type=Closure.Type.NON_PAYMENT if who == "system" else Closure.Type.ORDINARY,
        )

    def _ending(self) -> tuple[str, str]:
        if self._plot.closed_by:
            return self._plot.closed_by, self._plot.reason
        who, name = self._random.choices(list(ENDINGS), list(ENDINGS.values()))[0]
        closable = self._order.plan is not None and self._order.plan.is_closable
        return (who if closable or who != "customer" else "staff"), name

    def _closer(self, who: str) -> Actor:
        return {"customer": customer_in_portal(self._plot.customer), "staff": self._seller, "system": system()}[who]
