"""What reports tell closings apart by, copied from the order by triggers, whichever verb or import wrote the closure.

A report of a hundred thousand closings then reads closures alone, in the order of their days, and no order and no line.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

FACTS = ("currency", "plan_id", "product_id", "salesperson_id", "tenure_months")

# The recurring line that brings most says what was sold; of equal ones the first. So each closing counts for one product.
_MAIN_PRODUCT = """(SELECT line.product_id FROM soon_orderline line WHERE line.order_id = sold.id AND line.is_recurring
    ORDER BY line.net_minor DESC, line.position, line.id LIMIT 1)"""

# Full months as domain.churn.full_months counts them.
_MONTHS_POSTGRESQL = """coalesce(
    (extract(year FROM {closed}) - extract(year FROM sold.start_on)) * 12
    + extract(month FROM {closed}) - extract(month FROM sold.start_on)
    - (extract(day FROM {closed}) < least(extract(day FROM sold.start_on),
        extract(day FROM date_trunc('month', {closed}::timestamp) + interval '1 month - 1 day')))::int, 0)"""
_MONTHS_SQLITE = """coalesce(
    (strftime('%Y', {closed}) - strftime('%Y', sold.start_on)) * 12
    + strftime('%m', {closed}) - strftime('%m', sold.start_on)
    - (CAST(strftime('%d', {closed}) AS integer) < min(CAST(strftime('%d', sold.start_on) AS integer),
        CAST(strftime('%d', {closed}, 'start of month', '+1 month', '-1 day') AS integer))), 0)"""


def facts_of(vendor: str, *, closed: str) -> str:
    """Return the facts as SQL reads them of the order `sold` on either database; `closed` is the day as SQL knows it."""
    months = {"postgresql": _MONTHS_POSTGRESQL, "sqlite": _MONTHS_SQLITE}[vendor].format(closed=closed)
    return f"sold.currency, sold.plan_id, {_MAIN_PRODUCT}, sold.salesperson_id, {months}"


def install_closure_facts(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that copy the facts, on either database, in place of those that were there."""
    words = {
        "facts": facts_of(connection.vendor, closed="NEW.effective_on"),
        "names": ", ".join(FACTS),
        "new": ", ".join(f"NEW.{name}" for name in FACTS),
    }
    with connection.cursor() as cursor:
        for statement in {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}[connection.vendor]:
            cursor.execute(statement.format(**words))


# A closure without its order would leave its currency empty, which the column refuses.
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION soon_closure_facts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      SELECT {facts} INTO {new} FROM soon_order sold WHERE sold.id = NEW.order_id;
      RETURN NEW;
    END $$""",
    """
    CREATE OR REPLACE TRIGGER soon_closure_says BEFORE INSERT ON soon_closure
    FOR EACH ROW EXECUTE FUNCTION soon_closure_facts()""",
    """
    CREATE OR REPLACE FUNCTION soon_closure_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE soon_closure SET salesperson_id = NEW.salesperson_id WHERE order_id = NEW.id;
      RETURN NULL;
    END $$""",
    """
    CREATE OR REPLACE TRIGGER soon_order_is_sellers AFTER UPDATE OF salesperson_id ON soon_order
    FOR EACH ROW WHEN (OLD.salesperson_id IS DISTINCT FROM NEW.salesperson_id) EXECUTE FUNCTION soon_closure_follows()""",
)

_SQLITE = (
    "DROP TRIGGER IF EXISTS soon_closure_says",
    "DROP TRIGGER IF EXISTS soon_order_is_sellers",
    """
    CREATE TRIGGER soon_closure_says AFTER INSERT ON soon_closure
    BEGIN
      UPDATE soon_closure SET ({names}) = (SELECT {facts} FROM soon_order sold WHERE sold.id = NEW.order_id)
      WHERE id = NEW.id;
    END""",
    """
    CREATE TRIGGER soon_order_is_sellers AFTER UPDATE OF salesperson_id ON soon_order
    WHEN OLD.salesperson_id IS NOT NEW.salesperson_id
    BEGIN UPDATE soon_closure SET salesperson_id = NEW.salesperson_id WHERE order_id = NEW.id; END""",
)
