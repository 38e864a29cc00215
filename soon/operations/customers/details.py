"""What a customer's record says: the values that `create` and `revise` take."""

from dataclasses import dataclass

from soon.models import User


@dataclass(frozen=True)
class CustomerDetails:
    """A customer as typed. `country` ISO 3166, `currency` ISO 4217, `time_zone` IANA, `language` "vi" or "en"."""

    name: str
    is_company: bool = False
    contact_name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = "VN"
    tax_number: str = ""
    is_tax_exempt: bool = False
    language: str = "vi"
    currency: str = "VND"
    time_zone: str = "Asia/Ho_Chi_Minh"
    salesperson: User | None = None
    note: str = ""
    external_id: str | None = None
