"""What each customer's revenue ever rose and fell by, kept by triggers: who is first of a million is then found quickly."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Greatest

MOST_MICRO = Greatest("gained_micro", "lost_micro")


class CustomerRevenue(models.Model):
    """The sums of all movements up and of all movements down of a customer in a currency, those of days to come included.

    Neither what they bring on any day nor any change between two days is more than the greater of both (`MOST_MICRO`).
    """

    # Copied from movements, which have their customer checked.
    customer = models.ForeignKey(
        "Customer", on_delete=models.DO_NOTHING, related_name="revenues", db_index=False, db_constraint=False
    )
    currency = models.CharField(max_length=3)
    # Both not negative.
    gained_micro = models.BigIntegerField()
    lost_micro = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["customer", "currency"], name="customer_revenue_once_a_currency")]
        indexes = [models.Index("currency", MOST_MICRO.desc(), "customer", name="customer_revenue_by_most")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.currency} +{self.gained_micro} -{self.lost_micro}"


def install_customer_revenue(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that keep it, on either database, in place of those that were there."""
    with connection.cursor() as cursor:
        for event, rows, sign in (("insert", "NEW", ""), ("delete", "OLD", "-")):
            for statement in {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}[connection.vendor]:
                cursor.execute(statement.format(event=event, rows=rows, sign=sign))


# Two who add to one customer at once wait for each other; whoever writes movements holds that customer's money anyway. The
# rows are written in the order of their customers, so that nobody waits for somebody who waits for them.
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION soon_customer_revenue_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO soon_customerrevenue AS kept (customer_id, currency, gained_micro, lost_micro)
        SELECT customer_id, currency, {sign}sum(greatest(amount_micro, 0)), {sign}sum(greatest(-amount_micro, 0))
        FROM moved GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (customer_id, currency) DO UPDATE SET
          gained_micro = kept.gained_micro + excluded.gained_micro, lost_micro = kept.lost_micro + excluded.lost_micro;
      RETURN NULL;
    END $$""",
    """
    CREATE OR REPLACE TRIGGER soon_customer_revenue_{event} AFTER {event} ON soon_movement
    REFERENCING {rows} TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION soon_customer_revenue_{event}()""",
)
_SQLITE = (
    "DROP TRIGGER IF EXISTS soon_customer_revenue_{event}",
    """
    CREATE TRIGGER soon_customer_revenue_{event} AFTER {event} ON soon_movement BEGIN
      INSERT INTO soon_customerrevenue (customer_id, currency, gained_micro, lost_micro)
        VALUES ({rows}.customer_id, {rows}.currency, {sign}max({rows}.amount_micro, 0), {sign}max(-{rows}.amount_micro, 0))
        ON CONFLICT (customer_id, currency) DO UPDATE SET
          gained_micro = gained_micro + excluded.gained_micro, lost_micro = lost_micro + excluded.lost_micro;
    END""",
)
