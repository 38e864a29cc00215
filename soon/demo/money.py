"""What goes wrong with money now and then: paid too much, bounced, credited; and invoices that are being prepared."""

import datetime
from decimal import Decimal
from random import Random

from soon.activity.actor import Actor
from soon.models import Customer, Invoice
from soon.operations.invoices.create_draft import create_draft
from soon.operations.invoices.credit import credit
from soon.operations.invoices.prepared import PreparedInvoice, PreparedLine

from .catalog import Catalog
from .timeline import Timeline

REASONS = {
    "vi": ("Mất kết nối hai ngày do đứt cáp", "Bảo trì kéo dài hơn thông báo", "Giảm giá đã hứa qua điện thoại"),
    "en": ("Two days without connection", "Maintenance took longer than announced", "Discount promised on the phone"),
}
BOUNCES = ("Ngân hàng trả lại lệnh chuyển", "Ghi nhầm khách hàng", "Số tiền không về tài khoản")
DRAFTS = (
    (("TRAIN", "2", "cho nhân viên mới"), "Chờ anh chị xác nhận số buổi"),
    (("MOVE", "1", "từ máy chủ cũ"), ""),
    (("SETUP-NET", "1", "điểm bán thứ hai"), "Xuất sau khi nghiệm thu"),
)


def count_of(invoice: Invoice) -> int:
    """Return the running number, by which it is decided what goes wrong: the same in every database."""
    return int(invoice.number.rsplit("/", 1)[1])


def is_overpaid(invoice: Invoice) -> bool:
    """Return whether somebody rounds up, or pays for the next month as well."""
    return count_of(invoice) % 61 == 7


def bounces(invoice: Invoice) -> bool:
    """Return whether the bank takes the payment back."""
    return count_of(invoice) % 97 == 5


def is_credited(invoice: Invoice) -> bool:
    """Return whether a tenth of it is given back."""
    return count_of(invoice) % 83 == 11


def why_it_bounced(invoice: Invoice) -> str:
    """Return what the accountant noted."""
    return BOUNCES[count_of(invoice) % len(BOUNCES)]


def give_a_tenth_back(invoice: Invoice, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> None:
    """Credit a tenth of each line of `invoice`."""
    reasons = REASONS["en" if invoice.language == "en" else "vi"]
    amounts = {line.pk: (line.net_minor + line.tax_minor) // 10 for line in invoice.lines.all()}
    credit(invoice, amounts=amounts, reason=reasons[count_of(invoice) % len(reasons)], actor=actor, at=at, today=today)


def plan_drafts(timeline: Timeline, catalog: Catalog, buyers: list[Customer], actor: Actor) -> None:
    """Let `actor` prepare invoices for Vietnamese customers in the last days, which nobody has issued yet."""
    vietnamese = [buyer for buyer in buyers[1:] if buyer.currency == "VND"]
    random = Random(3)  # noqa: S311 - a made-up history, nothing to guess
    for days, ((code, quantity, words), note) in enumerate(DRAFTS, start=1):
        product = catalog.products[code]
        line = PreparedLine(product, Decimal(quantity), catalog.prices[code, None, "VND"], words, tax=product.tax)
        prepared = PreparedInvoice(random.choice(vietnamese), "VND", note=note, lines=[line])

        def event(at: datetime.datetime, prepared: PreparedInvoice = prepared) -> None:
            create_draft(prepared, actor=actor, at=at)

        timeline.on(timeline.today - datetime.timedelta(days=days), event, minute=600)
