"""The log-ins of the demo company, for people who look at it for the first time."""

from django.utils.translation import gettext as _

from soon.demo.people import LOGINS, PASSWORD
from soon.models import Company


def demo_logins() -> list[str]:
    """Return the lines that name them; none unless the database holds the demo company."""
    if not Company.ours().has_demo_data:
        return []
    heading = _("Demo log-ins, all with the password %(password)s:") % {"password": PASSWORD}
    return [heading, *(f"  {email}" for email in LOGINS)]
