"""The rates of the report on retention in words: each with what it is divided from, figure by figure, and where these lead."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from soon import formatting
from soon.domain.money import round_half_up
from soon.domain.retention import Amount, Moves, Rate, in_percent, share, two_decimals
from soon.domain.revenue import CHURN, CONTRACTION, EXPANSION, NEW, REACTIVATION
from soon.queries.month_span import month_before
from soon.queries.revenue.retention import Loss, Retention

MINUS, PLUS, TIMES, OVER = "−", "+", "×", "÷"


@dataclass(frozen=True)
class Term:
    """A figure that a rate is made of, with the sign before it; `query` is the list of its movements, if one shows them."""

    sign: str
    words: str
    figure: str
    query: str = ""


@dataclass(frozen=True)
class Worked:
    """A rate with its derivation: `formula` in words, the `terms` with their figures, and figures beside it by name.

    `a_month`: of several months, the mean of a month in words.
    """

    key: str
    label: str
    value: str
    formula: str
    terms: Sequence[Term]
    others: Sequence[tuple[str, str]] = ()
    is_low_data: bool = False
    a_month: str = ""


def worked_rates(found: Retention) -> list[Worked]:
    """Return every rate of `found` with its derivation, those of what was kept first."""
    words = _Words(found)
    return [*_kept(found, words), *_churn(found, words), *_ratios(found, words)]


def percent_text(rate: Rate) -> str:
    """Return a rate as readers see it."""
    return formatting.percent(in_percent(rate)) if rate is not None else _("n/a")


@dataclass(frozen=True)
class _Words:
    """Figures of a retention as terms."""

    found: Retention

    def money(self, amount: Fraction | int) -> str:
        return formatting.mrr_text(round_half_up(amount), self.found.scope.reporting)

    @property
    def opening(self) -> Term:
        scope = self.found.scope
        query = scope.standing_query(month_before(scope.first))
        return Term("", _("MRR at the start"), self.money(self.found.kept.opening), query)

    @property
    def customers(self) -> Term:
        return Term("", _("customers at the start"), formatting.quantity(self.found.kept.customers))

    def a_month(self, part: Callable[[Moves], Amount], whole: Callable[[Moves], Amount]) -> str:
        """Return what a rate of several months is in one of them on average: all parts of all wholes."""
        months = [month.moves for month in self.found.months]
        rate = share(sum(map(part, months)), sum(map(whole, months)))
        return _("%(rate)s a month") % {"rate": percent_text(rate)} if len(months) > 1 and rate is not None else ""

    def moved(self, sign: str, kind: str, words: str) -> Term:
        amounts = {
            NEW: self.found.whole.new,
            REACTIVATION: self.found.whole.reactivation,
            EXPANSION: self.found.whole.expansion,
            CONTRACTION: self.found.whole.contraction,
            CHURN: self.found.whole.churn,
        }
        return Term(sign, words, self.money(amounts[kind]), self.found.scope.list_query(("kind", kind)))


def _over(term: Term) -> Term:
    return Term(OVER, term.words, term.figure, term.query)


def _kept(found: Retention, words: _Words) -> Iterator[Worked]:
    kept = found.kept
    lost = Term(MINUS, _("less paid at the end, by those who pay less or left"), words.money(kept.lost))
    gained = Term(PLUS, _("more paid at the end, by those who pay more"), words.money(kept.gained))
    start = words.opening
    yield Worked(
        "nrr",
        _("Net revenue retention (NRR)"),
        percent_text(kept.net),
        _("What customers of the start pay at the end, of what they paid at the start. New and returning customers are out."),
        [start, lost, gained, _over(start)],
    )
    yield Worked(
        "grr",
        _("Gross revenue retention (GRR)"),
        percent_text(kept.gross),
        _("The same, with nobody counted for more than they paid at the start: never above 100%."),
        [start, lost, _over(start)],
    )
    gone = Term(MINUS, _("of these no longer there at the end"), formatting.quantity(kept.gone))
    yield Worked(
        "kept",
        _("Customers kept"),
        percent_text(kept.logo),
        _("Customers of the start who are there at the end, of all customers at the start."),
        [words.customers, gone, _over(words.customers)],
    )


def _churn(found: Retention, words: _Words) -> Iterator[Worked]:
    whole, start = found.whole, words.opening
    left = Term("", _("customers lost"), formatting.quantity(whole.left), found.scope.list_query(("kind", CHURN)))
    yield Worked(
        "customer_churn",
        _("Customer churn"),
        percent_text(whole.customer_churn),
        _("Customers whose last subscription ended, of the customers at the start. Who came and left in between counts."),
        [left, _over(words.customers)],
        [(_("With new customers in the divisor, as Stripe counts"), percent_text(whole.customer_churn_of_all))],
        a_month=words.a_month(lambda each: each.left, lambda each: each.customers),
    )
    contraction, churn = words.moved("", CONTRACTION, _("contraction")), words.moved(PLUS, CHURN, _("churn"))
    yield Worked(
        "gross_churn",
        _("Gross MRR churn"),
        percent_text(whole.gross_mrr_churn),
        _("Contraction and churn, of the MRR at the start."),
        [contraction, churn, _over(start)],
        [
            (_("Churn of the customers' own choice"), _loss_text(found.chosen, words.money)),
            (_("of this withdrawn"), _loss_text(found.withdrawn, words.money)),
            (_("Churn not voluntary: unpaid, expired, ended by us"), _loss_text(found.suffered, words.money)),
        ],
        a_month=words.a_month(lambda each: each.lost, lambda each: each.opening),
    )
    yield Worked(
        "net_churn",
        _("Net MRR churn"),
        percent_text(whole.net_mrr_churn),
        _("Contraction and churn less expansion, of the MRR at the start; negative where more was added than lost."),
        [contraction, churn, words.moved(MINUS, EXPANSION, _("expansion")), _over(start)],
        [(_("Less reactivation too, as ChartMogul counts"), percent_text(whole.net_mrr_churn_with_returns))],
        a_month=words.a_month(lambda each: each.lost - each.expansion, lambda each: each.opening),
    )


def _loss_text(loss: Loss, money: Callable[[Fraction], str]) -> str:
    words = ngettext("%(amount)s, %(customers)s customer", "%(amount)s, %(customers)s customers", loss.customers)
    return words % {"amount": money(loss.amount), "customers": formatting.quantity(loss.customers)}


def _ratios(found: Retention, words: _Words) -> Iterator[Worked]:
    whole, life = found.whole, found.lifetime
    ratio = two_decimals(whole.quick_ratio)
    lost = found.scope.list_query(("filter", CONTRACTION), ("filter", CHURN))
    yield Worked(
        "quick_ratio",
        _("Quick ratio"),
        formatting.quantity(ratio) if ratio is not None else _("n/a"),
        _("What was added for each unit of MRR that was lost; above 1 revenue grows."),
        [
            words.moved("", NEW, _("new")),
            words.moved(PLUS, REACTIVATION, _("reactivation")),
            words.moved(PLUS, EXPANSION, _("expansion")),
            Term(OVER, _("contraction and churn"), words.money(whole.lost), lost),
        ],
    )
    yield Worked(
        "arpa",
        _("MRR per customer (ARPA)"),
        words.money(whole.arpa) if whole.arpa is not None else _("n/a"),
        _("MRR at the end, by the customers at the end."),
        [
            Term("", _("MRR at the end"), words.money(whole.closing), found.scope.standing_query(found.scope.last)),
            Term(OVER, _("customers at the end"), formatting.quantity(whole.customers_at_end)),
        ],
    )
    terms = [
        Term("", _("MRR per customer at the start of each month"), words.money(life.arpa or 0)),
        Term(OVER, _("customer churn a month"), percent_text(life.churn)),
        Term(TIMES, _("gross margin"), percent_text(life.margin)),
    ]
    value = words.money(life.value) if life.value is not None else _("n/a")
    yield Worked(
        "ltv",
        _("Lifetime value (LTV)"),
        value,
        _("What a customer brings until they churn, over the months that are over. Without churn nobody can tell."),
        terms,
        is_low_data=life.is_low_data,
    )
