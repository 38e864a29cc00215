"""Filling a new installation with what every business needs."""

from decimal import Decimal

from django.db import transaction

from soon.domain import closing
from soon.models import CloseReason, Tax

# (Vietnamese, English, category, comment policy) in the order in which customers see them.
PUBLIC_REASONS = (
    ("Giá quá cao", "Subscription too expensive", "price", "none"),
    ("Dịch vụ không đáp ứng nhu cầu của tôi", "Subscription does not meet my requirements", "product", "none"),
    ("Đăng ký đã hết thời hạn", "Subscription reached its end date", "end", "none"),
    ("Tôi không thực sự sử dụng dịch vụ", "I don't really use it", "use", "none"),
    ("Lý do khác", "Other", "other", "none"),
)

# (code, Vietnamese, English, category): given by the clock, never offered to people.
SYSTEM_REASONS = (
    ("end_date_reached", "Đã đến ngày kết thúc", "End date reached", "end"),
    ("unpaid_too_long", "Quá hạn thanh toán quá lâu", "Unpaid for too long", "payment"),
    ("charge_failed", "Không thu được tiền tự động", "Automatic charge failed", "payment"),
    ("not_said", "Không nêu lý do", "Prefer not to say", "other"),
    ("withdrawal", "Rút khỏi hợp đồng", "Withdrawal from the contract", "end"),
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
        _sort_into_categories()
        return False
    _seed_choices()
    return True


def _system_reason(position: int, code: str, name_vi: str, name_en: str, category: str) -> CloseReason:
    return CloseReason(
        system_code=code,
        name_vi=name_vi,
        name_en=name_en,
        category=category,
        audience=closing.SYSTEM_ONLY,
        position=900 + position,
    )


def _sort_into_categories() -> None:
    """Give reasons of the system that an older release stored their category, which nobody else can choose."""
    for code, _name_vi, _name_en, category in SYSTEM_REASONS:
        CloseReason.objects.filter(system_code=code).exclude(category=category).update(category=category)


def _seed_choices() -> None:
    """Store the public reasons and the taxes, unless people already made some of their own."""
    if not CloseReason.objects.filter(system_code=None).exists():
        CloseReason.objects.bulk_create(
            CloseReason(
                name_vi=name_vi,
                name_en=name_en,
                category=category,
                comment_policy=comment_policy,
                audience=closing.EVERYONE,
                position=position * 10,
            )
            for position, (name_vi, name_en, category, comment_policy) in enumerate(PUBLIC_REASONS, start=1)
        )
    if not Tax.objects.exists():
        Tax.objects.bulk_create(
            Tax(name_vi=name_vi, name_en=name_en, percent=Decimal(percent)) for name_vi, name_en, percent in TAXES
        )
