"""The one Django app of the house."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class SoonConfig(AppConfig):
    name = "soon"
    verbose_name = "SoOn Subscriptions"

    def ready(self) -> None:
        """Let every `migrate` end with the guards of the database in place, and set up every connection."""
        post_migrate.connect(_install_guards, sender=self)
        connection_created.connect(_without_compiling)


def _without_compiling(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    # Where PostgreSQL expects many rows it compiles a statement each time, for up to a second; ours gain nothing from it. By
    # a statement, because PgBouncer refuses such options of a connection.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")


def _install_guards(using: str, **kwargs: Any) -> None:
    # The models are loaded only after this module.
    from soon.models.closure_facts import install_closure_facts
    from soon.models.customer_revenue import install_customer_revenue
    from soon.models.guards import install_guards
    from soon.models.movements import install_revenue_tally
    from soon.models.order_tally import install_tally

    install_guards(connections[using])
    install_tally(connections[using])
    install_closure_facts(connections[using])
    install_revenue_tally(connections[using])
    install_customer_revenue(connections[using])
