"""What the demo company sells: plans, products and prices."""

from dataclasses import dataclass
from decimal import Decimal

from soon.domain.money import round_half_up
from soon.models import CloseReason, Company, Plan, Price, Product, Tax

COMPANY = {
    "name": "Công ty TNHH Giải pháp số Sông Hàn",
    "street": "Tầng 6, 58 Bạch Đằng, phường Hải Châu",
    "city": "Đà Nẵng",
    "country": "VN",
    # Like every tax number of the demo it fails its own check digit, so that it is nobody's.
    "tax_number": "0401987650",
    "email": "ketoan@songhan.example.com",
    "phone": "0199 236 3555",
    "bank_account": "0199 0000 2363 555 – Ngân hàng Minh Họa, chi nhánh Đà Nẵng",
    # A bank that exists, so that the code on invoices can be tried, and an account that nobody has.
    "bank_bin": "970436",
    "bank_account_number": "0000000000000",
    "bank_account_name": "CT TNHH GIAI PHAP SO SONG HAN",
    "currency": "VND",
    "payment_days": 15,
    "quotation_days": 30,
    "makes_offers": True,
    "offer_budget_minor": 20_000_000,
}


@dataclass(frozen=True)
class PlanRow:
    """A plan, and what of the monthly price it asks per period, in thousandths."""

    key: str
    name_vi: str
    name_en: str
    count: int
    unit: str
    permille: int
    is_closable: bool = True
    alignment: str = "anniversary"
    automatic_closing_days: int | None = None


PLANS = (
    PlanRow("weekly", "Hằng tuần", "Weekly", 1, "week", 260),
    PlanRow("monthly", "Hằng tháng", "Monthly", 1, "month", 1000, automatic_closing_days=45),
    PlanRow("first", "Hằng tháng, từ ngày 1", "Monthly, from the 1st", 1, "month", 1000, False, "calendar"),
    PlanRow("quarterly", "Hằng quý", "Quarterly", 3, "month", 2900),
    PlanRow("half", "Nửa năm", "Half-yearly", 6, "month", 5700),
    PlanRow("yearly", "Hằng năm", "Yearly", 1, "year", 10800, is_closable=False),
)


@dataclass(frozen=True)
class ProductRow:
    """A product with its price per month, or for once, in đồng and in US cents."""

    code: str
    name_vi: str
    name_en: str
    unit_name: str
    tax_percent: int
    vnd: int
    cents: int
    is_recurring: bool = True
    kind: str = "service"


PRODUCTS = (
    ProductRow("NET-100", "Internet cáp quang 100 Mbps", "Fibre internet 100 Mbps", "đường truyền", 10, 330_000, 1_500),
    ProductRow("NET-300", "Internet cáp quang 300 Mbps", "Fibre internet 300 Mbps", "đường truyền", 10, 550_000, 2_400),
    ProductRow("NET-1000", "Kênh thuê riêng 1 Gbps", "Leased line 1 Gbps", "đường truyền", 10, 4_500_000, 18_900),
    ProductRow("VPS-S", "Máy chủ ảo 2 vCPU, 4 GB", "Virtual server 2 vCPU, 4 GB", "máy chủ", 8, 290_000, 1_200),
    ProductRow("VPS-M", "Máy chủ ảo 4 vCPU, 8 GB", "Virtual server 4 vCPU, 8 GB", "máy chủ", 8, 590_000, 2_400),
    ProductRow("VPS-L", "Máy chủ ảo 8 vCPU, 16 GB", "Virtual server 8 vCPU, 16 GB", "máy chủ", 8, 1_190_000, 4_900),
    ProductRow("BK-100", "Sao lưu đám mây 100 GB", "Cloud backup 100 GB", "gói", 8, 150_000, 650),
    ProductRow("MAIL", "Thư điện tử doanh nghiệp", "Business e-mail", "hộp thư", 8, 45_000, 200),
    ProductRow("WEB", "Lưu trữ web", "Web hosting", "gói", 8, 99_000, 400),
    ProductRow("PBX", "Tổng đài ảo", "Cloud telephone exchange", "máy nhánh", 10, 79_000, 330),
    ProductRow("CAM", "Lưu trữ camera 30 ngày", "Camera storage, 30 days", "camera", 10, 120_000, 500),
    ProductRow("ACC", "Phần mềm kế toán", "Accounting software", "người dùng", 0, 390_000, 1_600),
    ProductRow("SUP", "Hỗ trợ kỹ thuật 24/7", "Technical support 24/7", "gói", 8, 1_200_000, 5_000),
    ProductRow("DESK", "Bàn làm việc linh hoạt", "Hot desk", "chỗ", 10, 1_500_000, 6_500),
    ProductRow("ROOM-4", "Văn phòng riêng 4 chỗ", "Private office for four", "phòng", 10, 9_800_000, 41_000),
    ProductRow("VOFF", "Văn phòng ảo", "Virtual office", "gói", 10, 650_000, 2_800),
    ProductRow("CLEAN", "Vệ sinh văn phòng", "Office cleaning", "gói", 8, 1_600_000, 6_800),
    ProductRow("CAFE", "Cà phê và nước uống văn phòng", "Office coffee and water", "gói", 8, 950_000, 4_000),
    ProductRow("SETUP-NET", "Lắp đặt internet", "Internet installation", "lần", 10, 500_000, 2_000, False),
    ProductRow("SETUP-VPS", "Khởi tạo máy chủ", "Server set-up", "lần", 8, 300_000, 1_200, False),
    ProductRow("MOVE", "Chuyển dữ liệu", "Data migration", "lần", 8, 2_000_000, 8_500, False),
    ProductRow("TRAIN", "Đào tạo người dùng", "User training", "buổi", 8, 1_800_000, 7_500, False),
    ProductRow("ROUTER", "Bộ phát Wi-Fi 6", "Wi-Fi 6 router", "bộ", 10, 1_450_000, 6_000, False, "goods"),
)

# Reasons that staff of this company added to the ones every installation has.
STAFF_REASONS = (
    ("moved", "Chuyển sang nhà cung cấp khác", "Moved to another provider"),
    ("closed_down", "Doanh nghiệp ngừng hoạt động", "The business closed down"),
    ("relocated", "Chuyển văn phòng ra ngoài vùng phục vụ", "Moved out of our service area"),
)

# What customers who choose a reason are offered beside closing.
OFFERS = {
    "Subscription too expensive": {"offer": "discount", "offer_percent": Decimal(15), "offer_periods": 3},
    "I don't really use it": {"offer": "pause", "offer_months": 2},
}


@dataclass(frozen=True)
class Catalog:
    """What was stored, found by key or code; prices in minor units by product, plan (None: once) and currency."""

    plans: dict[str, Plan]
    products: dict[str, Product]
    prices: dict[tuple[str, str | None, str], int]


def stock() -> Catalog:
    """Store the company with its plans, products, prices, own close reasons, and offers beside closing."""
    Company.objects.update_or_create(pk=1, defaults={**COMPANY, "has_demo_data": True})
    CloseReason.objects.bulk_create(
        CloseReason(name_vi=name_vi, name_en=name_en, audience="staff", position=100 + position)
        for position, (_, name_vi, name_en) in enumerate(STAFF_REASONS)
    )
    for name_en, terms in OFFERS.items():
        CloseReason.objects.filter(name_en=name_en).update(**terms)
    plans = {row.key: _plan(position, row) for position, row in enumerate(PLANS, start=1)}
    Plan.objects.bulk_create(plans.values())
    taxes = {int(tax.percent): tax for tax in Tax.objects.filter(archived_at=None)}
    products = {row.code: _product(row, taxes[row.tax_percent]) for row in PRODUCTS}
    Product.objects.bulk_create(products.values())
    prices = {key: amount for row in PRODUCTS for key, amount in _prices(row).items()}
    Price.objects.bulk_create(
        Price(product=products[code], plan=plans[plan] if plan else None, currency=currency, amount_minor=amount)
        for (code, plan, currency), amount in prices.items()
    )
    return Catalog(plans, products, prices)


def _plan(position: int, row: PlanRow) -> Plan:
    return Plan(
        name_vi=row.name_vi,
        name_en=row.name_en,
        interval_count=row.count,
        interval_unit=row.unit,
        alignment=row.alignment,
        is_closable=row.is_closable,
        automatic_closing_days=row.automatic_closing_days,
        position=position * 10,
    )


def _product(row: ProductRow, tax: Tax) -> Product:
    product = Product(code=row.code, name_vi=row.name_vi, name_en=row.name_en, kind=row.kind, unit_name=row.unit_name, tax=tax)
    product.refresh_search_key()
    return product


def _prices(row: ProductRow) -> dict[tuple[str, str | None, str], int]:
    if not row.is_recurring:
        return {(row.code, None, "VND"): row.vnd, (row.code, None, "USD"): row.cents}
    found: dict[tuple[str, str | None, str], int] = {}
    for plan in PLANS:
        # Nobody prices by the đồng: whole thousands, and whole ten cents.
        found[row.code, plan.key, "VND"] = round_half_up(Decimal(row.vnd * plan.permille) / 1_000_000) * 1_000
        found[row.code, plan.key, "USD"] = round_half_up(Decimal(row.cents * plan.permille) / 10_000) * 10
    return found
