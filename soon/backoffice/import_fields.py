"""The fields that a file can fill, in the order in which the page of an import asks for their columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = Promise | str


@dataclass(frozen=True)
class Field:
    """One field: its key (domain/headings.py), and whether one text for all rows may stand instead of a column."""

    key: str
    label: Text
    is_needed: bool = False
    takes_text: bool = False
    hint: Text = ""


@dataclass(frozen=True)
class Part:
    """Fields that belong together."""

    key: str
    title: Text
    fields: Sequence[Field]
    hint: Text = ""


PARTS: Sequence[Part] = (
    Part(
        "customer",
        _("Customer"),
        (
            Field(
                "customer_id",
                _("Customer number"),
                is_needed=True,
                hint=_("By it a customer is known again, and is there once."),
            ),
            Field("name", _("Name"), is_needed=True),
            Field("email", _("E-mail")),
            Field("phone", _("Phone")),
            Field("contact_name", _("Contact person")),
            Field("street", _("Street")),
            Field("city", _("City")),
            Field("postcode", _("Postcode")),
            Field("country", _("Country"), takes_text=True, hint=_("Two letters, as in VN.")),
            Field("tax_number", _("Tax number")),
            Field("language", _("Language"), takes_text=True, hint=_("vi or en")),
        ),
    ),
    Part(
        "subscription",
        pgettext_lazy("import", "Subscription"),
        (
            Field(
                "subscription_id",
                _("Subscription number"),
                is_needed=True,
                hint=_("By it a subscription is known again: loading the file twice changes nothing."),
            ),
            Field("state", _("Status"), hint=_("Without a column all are In Progress.")),
            Field("plan", _("Recurring plan"), is_needed=True, takes_text=True),
            Field("product_name", _("Product"), is_needed=True, takes_text=True),
            Field("product_code", _("Product code")),
            Field("price", _("Price"), is_needed=True, hint=_("Of one unit, without tax.")),
            Field("quantity", _("Quantity"), hint=_("Without a column 1.")),
            Field("currency", _("Currency"), is_needed=True, takes_text=True, hint=_("Three letters, as in VND.")),
            Field("start", _("Start"), hint=_("The first day that was paid for.")),
            Field("start_months", _("Months since the start"), hint=_("Where there is no day of the start.")),
            Field(
                "next_invoice",
                _("Next invoice"),
                hint=_("Without it, the first period that begins today or later is the first to be invoiced here."),
            ),
            Field("paused", _("Paused since"), hint=_("Without it, a paused one pauses from today.")),
        ),
    ),
    Part(
        "closing",
        pgettext_lazy("import", "Closed subscriptions"),
        (
            Field(
                "closed_on",
                _("Last day of service"),
                hint=_("Without a status, those with a day are closed; without a day, as of today."),
            ),
            Field("reason", _("Close Reason"), takes_text=True, hint=_("Needed for those that are closed.")),
        ),
    ),
    Part(
        "balance",
        _("Opening balance"),
        (
            Field("owed", _("Still owed"), hint=_("An amount below zero is credit.")),
            Field("credit", _("Credit")),
            Field("due", _("Due date"), hint=_("Of what is still owed.")),
        ),
        hint=_("What is still owed becomes a document of its own, outside the numbers of your invoices. No letter is sent."),
    ),
)
FIELDS: Sequence[Field] = tuple(field for part in PARTS for field in part.fields)
CUSTOMER_FIELDS = {
    "customer_id": "external_id",
    **{
        key: key
        for key in ("name", "email", "phone", "contact_name", "street", "city", "postcode", "country", "tax_number", "language")
    },
}
