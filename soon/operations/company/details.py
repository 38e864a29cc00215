"""What our company says of itself: the values that `revise` takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CompanyDetails:
    """Our company as typed. `country` ISO 3166, `currency` ISO 4217, `time_zone` IANA; days count from the document.

    The bank (its number in domain/banks.py), the account and its holder are all there or all empty.
    """

    name: str
    street: str = ""
    city: str = ""
    country: str = "VN"
    tax_number: str = ""
    email: str = ""
    phone: str = ""
    bank_account: str = ""
    currency: str = "VND"
    time_zone: str = "Asia/Ho_Chi_Minh"
    payment_days: int = 15
    quotation_days: int = 30
    first_reminder_days: int | None = 3
    second_reminder_days: int | None = 14
    bank_bin: str = ""
    bank_account_number: str = ""
    bank_account_name: str = ""
