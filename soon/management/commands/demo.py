"""soon demo: loads the demo company."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.demo.load import holds_real_data, is_loaded, load_demo
from soon.demo.mass import load_mass
from soon.domain.periods import local_date
from soon.jobs.prepare import prepare_database
from soon.management.logins import demo_logins
from soon.management.options import day
from soon.management.progress import progress_bar
from soon.management.spoken import SpokenCommand
from soon.models import Company, Customer, Invoice, Order


class Command(SpokenCommand):
    purpose = gettext_lazy("Load the demo company into an empty database.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("leave a database that holds data as it is"))
        parser.add_argument(
            "--orders", type=int, help=_("instead of the small company with a history, one with so many monthly subscriptions")
        )
        parser.add_argument("--today", type=day, help=_("the day from which the history is counted back"))

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_database(self.say)
        if options["once"] and is_loaded():
            return
        if options["once"] and holds_real_data():
            self.say(_("This database holds data of its own, so the demo company is not loaded."))
            return
        words = _("Loading the demo company")
        self.say(f"{words}…")
        today = options["today"] or local_date(timezone.now(), Company.ours().time_zone)
        with progress_bar(words) as move:
            if options["orders"]:
                load_mass(options["orders"], today, on_progress=move)
            else:
                load_demo(today, on_progress=move)
        self.say(
            _("%(customers)d customers, %(orders)d orders and %(invoices)d invoices are there.")
            % {
                "customers": Customer.objects.count(),
                "orders": Order.objects.count(),
                "invoices": Invoice.objects.count(),
            }
        )
        for line in demo_logins():
            self.say(line)
