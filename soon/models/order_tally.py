"""How many orders there are and what they come to, kept by triggers, so that a list of a million knows its totals at once."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    from .users import User

# What orders are counted by, and what is added up; columns of both tables.
BY = ("state", "plan_id", "currency", "salesperson_id")
SUMS = ("recurring_minor", "mrr_micro", "untaxed_minor", "total_minor")


class OrderTallyQuerySet(models.QuerySet["OrderTally"]):
    """Questions about the tally that chain."""

    def visible_to(self, user: "User") -> "OrderTallyQuerySet":
        """Return the part of the tally that counts the orders staff member `user` may see."""
        if user.may("see_all_orders"):
            return self
        return self.filter(salesperson=user) if user.may("see_orders") else self.none()


class OrderTally(models.Model):
    """A change of the tally; how many there are is the sum of all rows.

    Rows are only added, so that nobody waits for anybody; operations/tally/fold.py puts them together now and then.
    """

    state = models.CharField(max_length=14)
    plan = models.ForeignKey(
        "Plan", on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    currency = models.CharField(max_length=3)
    salesperson = models.ForeignKey(
        "User", on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    orders = models.IntegerField()
    recurring_minor = models.BigIntegerField()
    mrr_micro = models.BigIntegerField()
    untaxed_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()

    objects = OrderTallyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.state} {self.orders:+}"


def install_tally(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that keep the tally, on either database, in place of those that were there."""
    make, differs = {"postgresql": (_POSTGRESQL, "IS DISTINCT FROM"), "sqlite": (_SQLITE, "IS NOT")}[connection.vendor]
    words = {
        "by": ", ".join(BY),
        "sums": ", ".join(SUMS),
        "moving": ", ".join((*BY, *SUMS)),
        "changed": " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in (*BY, *SUMS)),
        "plus": ", ".join(f"sum({name})" for name in SUMS),
        "minus": ", ".join(f"-sum({name})" for name in SUMS),
        "old": ", ".join(f"OLD.{name}" for name in BY) + ", -1, " + ", ".join(f"-OLD.{name}" for name in SUMS),
        "new": ", ".join(f"NEW.{name}" for name in BY) + ", 1, " + ", ".join(f"NEW.{name}" for name in SUMS),
    }
    with connection.cursor() as cursor:
        for statement in make:
            cursor.execute(statement.format(**words))


# An UPDATE that names none of the counted columns, such as the billing run's, does not even look; one that leaves them as they
# were adds nothing.
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION soon_tally_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO soon_ordertally ({by}, orders, {sums}) SELECT {by}, count(*), {plus} FROM added GROUP BY {by};
      RETURN NULL;
    END $$""",
    """
    CREATE OR REPLACE FUNCTION soon_tally_gone() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO soon_ordertally ({by}, orders, {sums}) SELECT {by}, -count(*), {minus} FROM gone GROUP BY {by};
      RETURN NULL;
    END $$""",
    """
    CREATE OR REPLACE FUNCTION soon_tally_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO soon_ordertally ({by}, orders, {sums}) VALUES ({old}), ({new});
      RETURN NULL;
    END $$""",
    """
    CREATE OR REPLACE TRIGGER soon_order_added AFTER INSERT ON soon_order REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION soon_tally_added()""",
    """
    CREATE OR REPLACE TRIGGER soon_order_gone AFTER DELETE ON soon_order REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION soon_tally_gone()""",
    """
    CREATE OR REPLACE TRIGGER soon_order_moved AFTER UPDATE OF {moving} ON soon_order
    FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION soon_tally_moved()""",
)

_SQLITE = (
    "DROP TRIGGER IF EXISTS soon_order_added",
    "DROP TRIGGER IF EXISTS soon_order_gone",
    "DROP TRIGGER IF EXISTS soon_order_moved",
    """
    CREATE TRIGGER soon_order_added AFTER INSERT ON soon_order
    BEGIN INSERT INTO soon_ordertally ({by}, orders, {sums}) VALUES ({new}); END""",
    """
    CREATE TRIGGER soon_order_gone AFTER DELETE ON soon_order
    BEGIN INSERT INTO soon_ordertally ({by}, orders, {sums}) VALUES ({old}); END""",
    """
    CREATE TRIGGER soon_order_moved AFTER UPDATE OF {moving} ON soon_order WHEN {changed}
    BEGIN INSERT INTO soon_ordertally ({by}, orders, {sums}) VALUES ({old}), ({new}); END""",
)
