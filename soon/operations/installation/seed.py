"""Filling a new installation with what every business needs."""

from decimal import Decimal

from django.db import transaction

from soon.domain import closing
from soon.models import CloseReason, Tax

# (Vietnamese, English) in the order in which customers see them.
PUBLIC_REASONS = (
    ("Giá quá cao", "Subscription too expensive"),
    ("Dịch vụ không đáp ứng nhu cầu của tôi", "Subscription does not meet my requirements"),
    ("Đăng ký đã hết thời hạn", "Subscription reached its end date"),
    ("Tôi không thực sự sử dụng dịch vụ", "I don't really use it"),
    ("Lý do khác", "Other"),
)

# (code, Vietnamese, English): given by the clock, never offered to people.
SYSTEM_REASONS = (
    ("end_date_reached", "Đã đến ngày kết thúc", "End date reached"),
    ("unpaid_too_long", "Quá hạn thanh toán quá lâu", "Unpaid for too long"),
    ("charge_failed", "Không thu được tiền tự động", "Automatic charge failed"),
    ("not_said", "Không nêu lý do", "Prefer not to say"),
    ("withdrawal", "Rút khỏi hợp đồng", "Withdrawal from the contract"),
)

TAXES = (("GTGT 0%", "VAT 0%", 0), ("GTGT 8%", "VAT 8%", 8), ("GTGT 10%", "VAT 10%", 10))


@transaction.atomic
def seed() -> bool:
    """Store the close reasons and taxes of a new installation; return whether it was new.

    Later calls only add system reasons that a new release brought: what people renamed or deleted stays as they left it.
    """
    known = set(CloseReason.objects.exclude(system_code=None).values_list("system_code", flat=True))
    missing = [row for row in SYSTEM_REASONS if row[0] not in known]
    if missing:
        CloseReason.objects.bulk_create(_system_reason(position, *row) for position, row in enumerate(missing, start=1))
    if known:
        return False
    _seed_choices()
    return True


def _system_reason(position: int, code: str, name_vi: str, name_en: str) -> CloseReason:
    return CloseReason(
        system_code=code, name_vi=name_vi, name_en=name_en, audience=closing.SYSTEM_ONLY, position=900 + position
    )


def _seed_choices() -> None:
    """Store the public reasons and the taxes, unless people already made some of their own."""
    if not CloseReason.objects.filter(system_code=None).exists():
        CloseReason.objects.bulk_create(
            CloseReason(name_vi=name_vi, name_en=name_en, audience=closing.EVERYONE, position=position * 10)
            for position, (name_vi, name_en) in enumerate(PUBLIC_REASONS, start=1)
        )
    if not Tax.objects.exists():
        Tax.objects.bulk_create(
            Tax(name_vi=name_vi, name_en=name_en, percent=Decimal(percent)) for name_vi, name_en, percent in TAXES
        )
