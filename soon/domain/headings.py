"""Guessing what the columns of a file are from what they are called, in Vietnamese or English; and what their texts mean."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from .file_contents import CUSTOMERS, PLANS, PRODUCTS, SUBSCRIPTIONS
from .lifecycle import CANCELLED, CHURNED, IN_PROGRESS, PAUSED, QUOTATION, QUOTATION_SENT

# Field by field, how its column may be called; the first that fits is taken, and each column only once.
NAMES: Mapping[str, tuple[str, ...]] = {
    "subscription_id": (
        *("subscription id", "subscription number", "order number", "contract number", "order", "so hop dong", "ma hop dong"),
        *("ma dang ky", "so don", "ma don", "contract no", "external id", "id", "ma"),
    ),
    "customer_id": ("customer id", "customer number", "customer code", "client id", "ma khach hang", "ma kh", "customerid"),
    "name": (
        "customer name",
        "name",
        "company",
        "customer",
        "client",
        "ten khach hang",
        "khach hang",
        "ho ten",
        "ten",
        "cong ty",
    ),
    "email": ("e mail", "email", "mail", "thu dien tu", "thu"),
    "phone": ("phone", "telephone", "mobile", "dien thoai", "so dien thoai", "sdt"),
    "contact_name": ("contact", "contact person", "contact name", "nguoi lien he"),
    "street": ("street", "address", "dia chi", "duong"),
    "city": ("city", "town", "thanh pho", "tinh thanh"),
    "postcode": ("postcode", "zip", "zip code", "postal code", "ma buu chinh"),
    "country": ("country", "country code", "quoc gia", "nuoc"),
    "tax_number": ("tax number", "vat number", "tax code", "tax id", "ma so thue", "mst"),
    "language": ("language", "ngon ngu"),
    "state": ("status", "subscription status", "trang thai", "tinh trang", "churn value", "churn label", "state"),
    "plan": (
        "plan",
        "recurring plan",
        "billing period",
        "contract",
        "interval",
        "ke hoach",
        "ke hoach dinh ky",
        "goi",
        "chu ky",
    ),
    "product_name": ("product", "product name", "service", "item", "san pham", "ten san pham", "dich vu", "internet service"),
    "product_code": ("product code", "sku", "item code", "ma san pham", "ma sp", "ma hang"),
    "price": ("price", "unit price", "amount", "monthly charges", "mrr", "gia", "don gia", "so tien", "cuoc phi"),
    "discount": ("discount", "discount percent", "chiet khau", "giam gia"),
    "tax": ("tax", "tax rate", "vat", "vat rate", "thue", "thue suat", "thue gtgt"),
    "quantity": ("quantity", "qty", "seats", "so luong", "sl"),
    "currency": ("currency", "tien te", "loai tien"),
    "start": ("start", "start date", "started", "begin", "ngay bat dau", "bat dau", "tu ngay"),
    "start_months": ("tenure months", "tenure", "months", "so thang"),
    "next_invoice": (
        "next invoice",
        "next invoice date",
        "next billing date",
        "renewal date",
        "hoa don toi",
        "ngay hoa don toi",
    ),
    "paused": ("paused", "paused since", "paused on", "tam dung tu", "ngay tam dung"),
    "closed_on": ("closed on", "end date", "cancelled on", "churn date", "last day", "ngay ket thuc", "ngay roi", "roi ngay"),
    "reason": ("close reason", "reason", "churn reason", "cancellation reason", "ly do dong", "ly do"),
    "owed": ("owed", "open balance", "balance", "balance due", "outstanding", "con no", "cong no", "no"),
    "credit": ("credit", "prepaid", "du co", "tra truoc"),
    "due": ("due", "due date", "han", "han thanh toan", "ngay den han"),
}

# Of files of customers, products or plans alone; what is not said otherwise is called as above.
_ALONE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CUSTOMERS: {"customer_id": (*NAMES["customer_id"], "id", "ma", "external id", "code")},
    PRODUCTS: {
        "product_code": (*NAMES["product_code"], "code", "ma", "id"),
        "product_name": (*NAMES["product_name"], "name", "ten", "vietnamese name", "ten tieng viet"),
        "product_name_en": ("english name", "name in english", "english", "ten tieng anh", "tieng anh"),
    },
    PLANS: {
        "plan_name": ("name", "plan", "plan name", "recurring plan", "vietnamese name", "ten", "ten ke hoach", "ke hoach"),
        "plan_name_en": ("english name", "name in english", "english", "ten tieng anh", "tieng anh"),
        "period": ("billing period", "period", "interval", "chu ky", "ky", "ky thanh toan"),
        "closable": ("closable", "self service", "co the dong", "duoc dong", "cho phep dong", "dong"),
    },
}

_STATES: Mapping[str, tuple[str, ...]] = {
    CHURNED: (
        "churned",
        "closed",
        "ended",
        "expired",
        "terminated",
        "left",
        "da roi",
        "da roi bo",
        "da dong",
        "ket thuc",
        "het han",
    ),
    CANCELLED: ("cancelled", "canceled", "void", "da huy", "huy"),
    PAUSED: ("paused", "on hold", "suspended", "tam dung", "tam ngung"),
    QUOTATION_SENT: ("quotation sent", "sent", "da gui bao gia", "da gui"),
    QUOTATION: ("quotation", "draft", "offer", "bao gia", "nhap"),
    IN_PROGRESS: ("in progress", "active", "running", "live", "open", "dang dung", "dang tien hanh", "dang chay", "hoat dong"),
}
_YES, _NO = {"1", "yes", "true", "co", "roi"}, {"0", "no", "false", "khong"}

# (unit, count) by what stands in the text; the longer periods first.
_PERIODS: Sequence[tuple[str, tuple[str, int]]] = (
    (r"\b(2|two|hai)[ -]*(year|nam)|biennial", ("year", 2)),
    (r"half|semi|6 thang|6 month|nua nam", ("month", 6)),
    (r"quarter|quy|3 thang|3 month", ("month", 3)),
    (r"year|annual|nam\b|12 thang|12 month", ("year", 1)),
    (r"month|thang", ("month", 1)),
    (r"week|tuan", ("week", 1)),
    (r"\b(daily|days?|ngay)\b", ("day", 1)),
)


# Of a plan; as many as the database takes.
MOST_UNITS = 999
_UNITS: Mapping[str, tuple[str, int]] = {
    **dict.fromkeys(("day", "days", "daily", "ngay"), ("day", 1)),
    **dict.fromkeys(("week", "weeks", "weekly", "tuan"), ("week", 1)),
    **dict.fromkeys(("month", "months", "monthly", "thang"), ("month", 1)),
    **dict.fromkeys(("quarter", "quarters", "quarterly", "quy"), ("month", 3)),
    **dict.fromkeys(("year", "years", "yearly", "annual", "annually", "nam"), ("year", 1)),
}
_PLAIN = re.compile(r"[\w ]{1,40}")
_COUNTED = re.compile(r"(?:(?:every|each|hang|moi) )?(?:(?P<count>[0-9]{1,3}) )?(?P<unit>[a-z]+)")


def bare(text: str) -> str:
    """Return `text` in lower case, without accents, with single blanks between its words and numbers."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter))))


def guess_columns(columns: Sequence[str], fields: Collection[str] = NAMES.keys(), kind: str = SUBSCRIPTIONS) -> dict[str, str]:
    """Return which of `columns` of a file of `kind` each of `fields` most likely is; a field without one is left out."""
    called = {field: words for field, words in {**NAMES, **_ALONE.get(kind, {})}.items() if field in fields}
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(bare(column), column)
    ranked = sorted(
        (rank, field, by_name[name]) for field, names in called.items() for rank, name in enumerate(names) if name in by_name
    )
    found: dict[str, str] = {}
    for _rank, field, column in ranked:
        if field not in found and column not in found.values():
            found[field] = column
    # One number may stand for both the customer and the subscription.
    for one, other in (("subscription_id", "customer_id"), ("customer_id", "subscription_id")):
        if one in found and other in called:
            found.setdefault(other, found[one])
    if "start" in found:
        found.pop("start_months", None)
    return found


def guess_state(text: str, column: str) -> str:
    """Return the status that `text` in `column` most likely means; "" where nothing says so."""
    word = bare(text)
    if {"churn", "churned", "left", "closed"} & set(bare(column).split()):
        return CHURNED if word in _YES else IN_PROGRESS if word in _NO else ""
    return next((state for state, words in _STATES.items() if word in words), "")


def guess_period(text: str) -> tuple[str, int] | None:
    """Return unit and count of the billing period that `text` most likely names; None where nothing says so."""
    word = bare(text)
    return next((period for pattern, period in _PERIODS if re.search(pattern, word)), None)


def exact_period(text: str) -> tuple[str, int] | None:
    """Return unit and count of the billing period that `text` names and nothing else: "month", "3 months", "hằng quý"."""
    if not _PLAIN.fullmatch(text):
        return None
    found = _COUNTED.fullmatch(bare(text))
    unit, times = _UNITS.get(found["unit"], ("", 0)) if found else ("", 0)
    count = times * int((found["count"] if found else "") or 1)
    return (unit, count) if unit and 1 <= count <= MOST_UNITS else None


def yes_or_no(text: str) -> bool | None:
    """Return what `text` answers; None where that is neither yes nor no."""
    word = bare(text)
    return True if word in _YES - {"roi"} | {"x"} else False if word in _NO else None
