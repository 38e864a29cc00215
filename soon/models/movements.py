"""Movements of monthly revenue, with sums by month that triggers keep: reports of a million subscriptions are quick."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.domain import movements, revenue


class Movement(models.Model):
    """From a day on, an order earns so much more or less a month, with what it is called (domain/movements.py).

    Written by operations/movements/rebook.py alone, which can make all of them anew from what happened.
    """

    class Kind(models.TextChoices):
        NEW = revenue.NEW, _("New")
        EXPANSION = revenue.EXPANSION, _("Expansion")
        CONTRACTION = revenue.CONTRACTION, _("Contraction")
        CHURN = revenue.CHURN, _("Churn")
        REACTIVATION = revenue.REACTIVATION, _("Reactivation")
        TRANSFER = movements.TRANSFER, pgettext_lazy("movement", "Transfer")

    # Indexed below, with what a ranking of customers reads.
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="movements", db_index=False)
    order = models.ForeignKey("Order", on_delete=models.CASCADE, related_name="movements", verbose_name=_("order"))
    plan = models.ForeignKey("Plan", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    product = models.ForeignKey("Product", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    # Whose order it is today.
    salesperson = models.ForeignKey(
        "User", on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    currency = models.CharField(max_length=3)
    # The first local date that the new level counts; may lie ahead of an order that has not begun.
    moved_on = models.DateField(_("day"))
    kind = models.CharField(_("movement"), max_length=12, choices=Kind)
    # Why: a word of domain/earning.py, or the type of a closure.
    cause = models.CharField(max_length=12)
    amount_micro = models.BigIntegerField(_("MRR"))
    # 1 where somebody becomes a customer or holds an order from that day on, -1 where they no longer do; else 0.
    customers = models.SmallIntegerField()
    orders = models.SmallIntegerField()
    # The first day on which this customer was one.
    cohort_on = models.DateField()

    class Meta:
        ordering = ["moved_on", "pk"]
        verbose_name = _("movement of MRR")
        verbose_name_plural = _("movements of MRR")
        constraints = [
            models.CheckConstraint(name="movement_kind_is_known", condition=Q(kind__in=movements.KINDS)),
            models.CheckConstraint(
                name="movement_goes_its_way",
                condition=Q(kind="transfer")
                | Q(kind__in=["new", "reactivation", "expansion"], amount_micro__gt=0)
                | Q(kind__in=["churn", "contraction"], amount_micro__lte=0),
            ),
            models.CheckConstraint(
                name="movement_counts_customers_by_kind",
                condition=Q(customers=0) | Q(customers=1, kind__in=["new", "reactivation"]) | Q(customers=-1, kind="churn"),
            ),
            models.CheckConstraint(name="movement_counts_orders_by_one", condition=Q(orders__in=[-1, 0, 1])),
        ]
        indexes = [
            models.Index(fields=["moved_on"], name="movement_by_day"),
            models.Index(fields=["customer", "moved_on", "currency", "amount_micro"], name="movement_by_customer"),
            # For what becomes of customers who were there before a day.
            models.Index(
                fields=["moved_on", "cohort_on", "customer", "currency", "amount_micro", "customers"],
                name="movement_of_old_customers",
                condition=~Q(kind="new"),
            ),
            # For the subscriptions that those who began together still held on a day: taken up until then, and not left since.
            models.Index(fields=["-order", "moved_on", "cohort_on"], name="movement_taken_up", condition=Q(orders=1)),
            models.Index(fields=["order", "moved_on"], name="movement_left", condition=Q(orders=-1)),
        ]

    def __str__(self) -> str:
        return f"{self.moved_on} {self.kind} {self.amount_micro:+}"


class RevenueTally(models.Model):
    """A change of the sums of movements by month and what reports break them down by; what holds is the sum of all rows.

    Rows are only added, so that nobody waits for anybody; operations/tally/fold.py puts them together now and then.
    """

    month_on = models.DateField()
    currency = models.CharField(max_length=3)
    plan = models.ForeignKey("Plan", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    product = models.ForeignKey("Product", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    salesperson = models.ForeignKey(
        "User", on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=12)
    cause = models.CharField(max_length=12)
    amount_micro = models.BigIntegerField()
    customers = models.IntegerField()
    orders = models.IntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.month_on} {self.kind} {self.amount_micro:+}"


class CohortTally(models.Model):
    """A change of what customers who began in one month (`cohort_on`, its first) are and earn from another month on."""

    cohort_on = models.DateField()
    month_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount_micro = models.BigIntegerField()
    customers = models.IntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.cohort_on} {self.month_on} {self.amount_micro:+}"


def install_revenue_tally(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that keep both tallies, on either database, in place of those that were there."""
    make = {"postgresql": _for_postgresql, "sqlite": _for_sqlite}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in make():
            cursor.execute(statement)


_BY = "currency, plan_id, product_id, salesperson_id, kind, cause"
_SUMS = "amount_micro, customers, orders"


def _for_postgresql() -> list[str]:
    statements = []
    for event, rows, sign in (("insert", "NEW", ""), ("delete", "OLD", "-")):
        sums = ", ".join(f"{sign}sum({name})" for name in _SUMS.split(", "))
        fewer = f"{sign}sum(amount_micro), {sign}sum(customers)"
        statements += [
            f"""
            CREATE OR REPLACE FUNCTION soon_movement_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              INSERT INTO soon_revenuetally (month_on, {_BY}, {_SUMS})
                SELECT date_trunc('month', moved_on)::date, {_BY}, {sums} FROM moved GROUP BY 1, {_BY};
              INSERT INTO soon_cohorttally (cohort_on, month_on, currency, amount_micro, customers)
                SELECT date_trunc('month', cohort_on)::date, date_trunc('month', moved_on)::date, currency, {fewer}
                FROM moved GROUP BY 1, 2, 3;
              RETURN NULL;
            END $$""",  # noqa: S608 - our own names only
            f"""
            CREATE OR REPLACE TRIGGER soon_movement_{event} AFTER {event.upper()} ON soon_movement
            REFERENCING {rows} TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION soon_movement_{event}()""",
        ]
    return [*statements, *_NEVER_CHANGED_POSTGRESQL]


def _for_sqlite() -> list[str]:
    statements = []
    for event, row, sign in (("insert", "NEW", ""), ("delete", "OLD", "-")):
        by = ", ".join(f"{row}.{name}" for name in _BY.split(", "))
        sums = ", ".join(f"{sign}{row}.{name}" for name in _SUMS.split(", "))
        month, cohort = (f"date({row}.{name}, 'start of month')" for name in ("moved_on", "cohort_on"))
        statements += [
            f"DROP TRIGGER IF EXISTS soon_movement_{event}",
            f"""
            CREATE TRIGGER soon_movement_{event} AFTER {event.upper()} ON soon_movement BEGIN
              INSERT INTO soon_revenuetally (month_on, {_BY}, {_SUMS}) VALUES ({month}, {by}, {sums});
              INSERT INTO soon_cohorttally (cohort_on, month_on, currency, amount_micro, customers)
                VALUES ({cohort}, {month}, {row}.currency, {sign}{row}.amount_micro, {sign}{row}.customers);
            END""",  # noqa: S608
        ]
    return [*statements, *_NEVER_CHANGED_SQLITE]


# Rows are deleted and written anew, never changed: the triggers look at nothing else.
_NEVER_CHANGED_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION soon_movement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'a movement is written anew, not changed' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """
    CREATE OR REPLACE TRIGGER soon_movement_stays BEFORE UPDATE ON soon_movement
    FOR EACH ROW EXECUTE FUNCTION soon_movement_stays()""",
)
_NEVER_CHANGED_SQLITE = (
    "DROP TRIGGER IF EXISTS soon_movement_stays",
    """
    CREATE TRIGGER soon_movement_stays BEFORE UPDATE ON soon_movement
    BEGIN SELECT RAISE(ABORT, 'a movement is written anew, not changed'); END""",
)
