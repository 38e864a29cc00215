"""Questions about recurring plans: their list, and what runs on one of them."""

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.models import Order, OrderLine, OrderTally, Plan, Price, User
from soon.models.customers import search_key
from soon.models.orders import OrderQuerySet
from soon.models.plans import PlanQuerySet

from .listing import ChoiceDimension, Column, Filter, ListSpec, Reader


def with_running(user: User) -> PlanQuerySet:
    """Return all plans, each with `running`: how many running subscriptions on it `user` may see."""
    seen = OrderTally.objects.visible_to(user).filter(plan=OuterRef("pk"), state__in=lifecycle.SERVING).order_by()
    # Not by joining orders: a plan would be several rows to whoever counts plans.
    return Plan.objects.annotate(running=Coalesce(Subquery(seen.values("plan").annotate(n=Sum("orders")).values("n")), 0))


def running_on(plan: Plan, user: User) -> OrderQuerySet:
    """Return the running subscriptions on `plan` that `user` may see."""
    return Order.objects.visible_to(user).in_states(*lifecycle.SERVING).filter(plan=plan)


def items_on(plan: Plan, user: User) -> QuerySet[OrderLine]:
    """Return the recurring lines of the running subscriptions on `plan` that `user` may see."""
    return OrderLine.objects.filter(is_recurring=True, order__in=running_on(plan, user))


def prices_on(plan: Plan) -> QuerySet[Price]:
    """Return the prices on `plan`, with their products and the taxes of those."""
    return plan.prices.select_related("product__tax").order_by("product__code", "currency")


def _search(rows: PlanQuerySet, text: str) -> PlanQuerySet:
    return rows.filter(Q(name_vi__icontains=text) | Q(name_en__icontains=text))


def _period(plan: Plan, reader: Reader) -> str:
    return gettext("Every %(period)s") % {"period": plan.period_in_words}


PLANS = ListSpec(
    page="plans",
    title=_("Recurring Plans"),
    record=("plan", "pk"),
    columns=(
        Column(
            "position",
            pgettext_lazy("position in a list", "Order"),
            "position",
            kind="number",
            sort=("position", "pk"),
            is_shown=False,
        ),
        Column("name", _("Name"), "name", sort=("name_vi",), link=("plan", "pk"), css="row-title"),
        Column("period", _("Billing period"), _period, sort=("interval_unit", "interval_count")),
        Column("closable", _("Closable"), "is_closable", kind="yes_no", sort=("is_closable",)),
        Column("alignment", _("Alignment"), lambda plan, reader: plan.get_alignment_display(), is_shown=False),
        Column("trial", _("Free trial, days"), "trial_days", kind="number", sort=("trial_days",), is_shown=False),
        Column("automatic_closing", _("Automatic closing, days"), "automatic_closing_days", kind="number", is_shown=False),
        Column("running", _("Running subscriptions"), "running", kind="number", sort=("running",)),
    ),
    filters=(
        Filter("closable", _("Closable"), Q(is_closable=True), group="closable"),
        Filter("not_closable", _("Not closable"), Q(is_closable=False), group="closable"),
    ),
    dimensions=(ChoiceDimension("unit", _("Unit"), "interval_unit", choices=Plan.Unit.choices),),
    search=_search,
    default_sort="position",
    has_archive=True,
    new_page="plan_new",
    new_right="configure",
    icon="arrow-path",
    empty_title=_("No recurring plans yet"),
    empty_text=_("Add the first one, for example monthly."),
)


def _search_items(rows: QuerySet[OrderLine], text: str) -> QuerySet[OrderLine]:
    """Return the lines of which the order, the customer or the product holds every word of `text`."""
    for word in search_key(text).split():
        rows = rows.filter(
            Q(order__number__icontains=word)
            | Q(order__customer__search_key__contains=word)
            | Q(product__search_key__contains=word)
        )
    return rows


def _amount(line: OrderLine, reader: Reader) -> list[tuple[int, str]]:
    return [(line.net_minor, line.order.currency)]


PLAN_ITEMS = ListSpec(
    page="plan_items",
    title=_("Subscription Items"),
    record=("order", "order.number"),
    columns=(
        Column("order", _("Subscription"), "order.number", sort=("order__number",), css="row-title"),
        Column("customer", _("Customer"), "order.customer.name", sort=("order__customer__search_key",)),
        Column("product", _("Product"), "product.name", sort=("product__code",)),
        Column("description", _("Description"), "description", is_shown=False, css="clip"),
        Column("quantity", _("Quantity"), "quantity", kind="number", sort=("quantity",)),
        Column("amount", _("Amount"), _amount, kind="amounts", sort=("net_minor",)),
    ),
    search=_search_items,
    search_hint=_("Number, customer, product"),
    default_sort="-order",
    related=("order__customer", "product"),
    icon="list-bullet",
    empty_title=_("No running subscription is on this plan"),
    empty_text=_("Its lines appear here once a quotation with this plan is confirmed."),
)
