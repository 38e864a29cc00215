"""The fields that a file can fill, in the order in which the page of an import asks for their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.models import DataImport

Kind = DataImport.Kind

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


TAX = Field("tax", _("Tax"), takes_text=True, hint=_("Its name or its percent, as it stands in Taxes."))
BALANCE = Part(
    "balance",
    _("Opening balance"),
    (
        Field("owed", _("Still owed"), hint=_("An amount below zero is credit.")),
        Field("credit", _("Credit")),
        Field("due", _("Due date"), hint=_("Of what is still owed.")),
    ),
    hint=_("What is still owed becomes a document of its own, outside the numbers of your invoices. No letter is sent."),
)
CURRENCY = Field("currency", _("Currency"), takes_text=True, hint=_("Three letters, as in VND."))
CUSTOMER = (
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
)

CUSTOMER_FIELDS = {
    "customer_id": "external_id",
    **{
        key: key
        for key in ("name", "email", "phone", "contact_name", "street", "city", "postcode", "country", "tax_number", "language")
    },
}

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
            *CUSTOMER,
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
            Field("discount", _("Discount %"), takes_text=True),
            TAX,
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
    BALANCE,
)
_NAME_EN = _("Name in English")
PARTS_OF: Mapping[str, Sequence[Part]] = {
    Kind.SUBSCRIPTIONS: PARTS,
    Kind.CUSTOMERS: (
        Part(
            "customer",
            _("Customer"),
            (
                Field("customer_id", _("Customer number"), hint=_("Without it, a customer is known again by e-mail and name.")),
                *CUSTOMER,
                CURRENCY,
            ),
        ),
        BALANCE,
    ),
    Kind.PRODUCTS: (
        Part(
            "product",
            _("Product"),
            (
                Field(
                    "product_code",
                    _("Product code"),
                    is_needed=True,
                    hint=_("By it a product is known again. One with several prices has several rows."),
                ),
                Field("product_name", _("Name"), is_needed=True),
                Field("product_name_en", _NAME_EN),
                TAX,
            ),
        ),
        Part(
            "price",
            _("Price"),
            (
                Field("price", _("Price"), hint=_("Of one unit. A price that is there already stays as it is.")),
                CURRENCY,
                Field(
                    "plan",
                    _("Recurring plan"),
                    takes_text=True,
                    hint=_("The name of a plan that is there. Without one, the price is for selling once."),
                ),
            ),
        ),
    ),
    Kind.PLANS: (
        Part(
            "plan",
            _("Recurring plan"),
            (
                Field("plan_name", _("Name"), is_needed=True, hint=_("By name and billing period a plan is known again.")),
                Field("plan_name_en", _NAME_EN),
                Field(
                    "period",
                    _("Billing period"),
                    is_needed=True,
                    takes_text=True,
                    hint=_("Words like month, 3 months, quarter or year."),
                ),
                Field("closable", _("Closable"), takes_text=True, hint=_("yes or no")),
            ),
        ),
    ),
}
# Of files without subscriptions: under which name the fields stand in the map, and what each is called there.
RECORD_MAPS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    Kind.CUSTOMERS: ("customer", CUSTOMER_FIELDS | {"currency": "currency"}),
    Kind.PRODUCTS: (
        "product",
        {
            "product_code": "code",
            "product_name": "vi",
            "product_name_en": "en",
            "tax": "tax",
            "price": "price",
            "currency": "currency",
            "plan": "plan",
        },
    ),
    Kind.PLANS: ("plan", {"plan_name": "vi", "plan_name_en": "en", "period": "period", "closable": "closable"}),
}


def fields_of(kind: str) -> Sequence[Field]:
    """Return all fields that a file of `kind` can fill."""
    return [field for part in PARTS_OF[kind] for field in part.fields]
