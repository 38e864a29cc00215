"""Importing subscriptions from a file by `soon import`: what is taken over, and every refusal in words."""

import datetime
import json
import unicodedata
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from soon.models import Customer, Letter, Order, Plan, PortalLink
from soon.operations.installation.seed import seed

MAP = {
    "customer": {"external_id": {"column": "Mã"}, "name": {"column": "Tên"}, "email": {"column": "Thư"}},
    "subscription": {
        "external_id": {"column": "Mã"},
        "currency": {"value": "VND"},
        "start": {"on": {"column": "Ngày"}},
        "plan": {"value": {"vi": "Hằng quý", "unit": "month", "count": 3}},
        "product": {"value": {"code": "NET", "vi": "Internet"}},
        "price": {"column": "Giá", "per": "period"},
    },
}
CSV = "Mã;Tên;Thư;Ngày;Giá\n1;Nguyễn Văn Đạt;dat@example.com;2026-01-31;900000\n2;Lê Hà;;2026-03-16;300000\n"


def imported(tmp_path: Path, content: str | bytes = CSV, mapping: object = MAP) -> None:
    """Run the command on these contents, on 16 March 2026."""
    table, written = tmp_path / "file.csv", tmp_path / "map.json"
    table.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8-sig"))
    written.write_text(mapping if isinstance(mapping, str) else json.dumps(mapping), encoding="utf-8")
    call_command("import", "subscriptions", str(table), "--map", str(written), "--today", "2026-03-16")


@pytest.mark.django_db
def test_a_file_is_imported_with_the_days_and_prices_it_gives(tmp_path, capsys):
    imported(tmp_path)
    first, second = Order.objects.order_by("external_id")
    assert (first.customer.name, first.recurring_minor, first.mrr_micro) == ("Nguyễn Văn Đạt", 900_000, 300_000 * 10**6)
    assert (first.start_on, first.next_invoice_on) == (datetime.date(2026, 1, 31), datetime.date(2026, 4, 30))
    assert (second.next_invoice_on, second.lines.get().billed_until) == (datetime.date(2026, 3, 16), None)
    assert Customer.objects.matching("nguyen dat").get() == first.customer
    assert Plan.objects.get().name_in("en") == "Hằng quý"
    assert "2" in capsys.readouterr().out


@pytest.mark.django_db
def test_whoever_left_elsewhere_hears_nothing_of_the_import(tmp_path):
    seed()
    left = {"column": "Giá", "is": ["900000"], "reason": {"value": "Chuyển nhà"}, "audience": "staff"}
    imported(tmp_path, mapping=MAP | {"closed": left})
    assert Order.objects.get(state="churned").customer.email == "dat@example.com"
    assert (Letter.objects.count(), PortalLink.objects.count()) == (0, 0)


def changed(path: str, value: object) -> dict[str, object]:
    """Return MAP with the part at `path` set to `value`; None takes it out."""
    whole = json.loads(json.dumps(MAP))
    *parents, last = path.split(".")
    part = whole
    for name in parents:
        part = part[name]
    part.pop(last) if value is None else part.update({last: value})
    return whole


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("{", "JSON"),
        ("[]", "map"),
        (changed("subscription", None), "subscription"),
        (changed("customer.name", None), "name"),
        (changed("customer.age", {"value": "7"}), "age"),
        (changed("customer.name", {"column": "Tên", "value": "x"}), "customer.name"),
        (changed("customer.name", {"column": ""}), "customer.name"),
        (changed("customer.name", {"column": "Họ"}), "Họ"),
        (changed("subscription.start", {}), "subscription.start"),
        (changed("subscription.price.per", "year"), "subscription.price.per"),
        (changed("subscription.plan.value.unit", "fortnight"), "subscription.plan.value"),
        (changed("subscription.plan.value.count", 0), "subscription.plan.value"),
        (changed("subscription.plan.value.closable", "yes"), "closable"),
        (changed("subscription.plan", {"column": "Giá"}), "subscription.plan"),
        (changed("closed", {"column": "Giá", "is": ["1"], "reason": {"value": "x"}, "audience": "system"}), "closed.audience"),
    ],
)
def test_a_wrong_map_is_refused_with_its_place(tmp_path, mapping, words):
    with pytest.raises(CommandError, match=words):
        imported(tmp_path, mapping=mapping)
    assert not Customer.objects.exists() and not Plan.objects.exists()


@pytest.mark.django_db
def test_a_price_per_month_needs_a_plan_in_months(tmp_path):
    mapping = changed("subscription.plan.value.unit", "week")
    mapping["subscription"]["price"]["per"] = "month"
    with pytest.raises(CommandError, match="price"):
        imported(tmp_path, mapping=mapping)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "1|trống|empty"),
        (CSV.encode("utf-8") + "3;Lê;;2026-01-31;5\n".encode("cp1252"), "UTF-8"),
        (CSV.replace("Lê", "Lê\0"), "."),
        (CSV + "3;zu;kurz\n", "4"),
        (CSV.replace("Mã;Tên", "Tên;Tên"), "Tên"),
        (CSV + '3;"never closed', "."),
        (CSV.replace("dat@example.com", "dat(at)example"), "Thư"),
        (CSV.replace("2026-01-31", "31/02/2026"), "Ngày"),
        (CSV.replace("900000", "900.000,5"), "Giá"),
        (CSV.replace("Lê Hà", "L" * 201), "Tên"),
        (CSV.replace("2;Lê", "1;Lê"), "Mã"),
    ],
    ids=["empty", "cp1252", "nul", "short-row", "two-alike", "quote", "email", "day", "amount", "long", "double"],
)
def test_a_hostile_file_is_refused_and_nothing_is_loaded(tmp_path, content, words):
    with pytest.raises(CommandError, match=words):
        imported(tmp_path, content)
    assert not Customer.objects.exists() and not Plan.objects.exists()


def in_windows_1258(text: str) -> bytes:
    """Return `text` as Windows writes it, where a tone mark stands behind its letter."""
    apart = unicodedata.normalize("NFD", text)
    for letter in "âăêôơưÂĂÊÔƠƯ":
        apart = apart.replace(unicodedata.normalize("NFD", letter), letter)
    return apart.encode("cp1258")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "part"),
    [
        (CSV.replace("900000", "900.000,50").encode(), '{"file": {"decimal": ","}}'),
        (CSV.replace("2026-01-31", "01/31/2026").encode(), '{"file": {"day_first": false}}'),
        (in_windows_1258(CSV), '{"file": {"encoding": "cp1258"}}'),
    ],
    ids=["decimal", "day", "encoding"],
)
def test_what_a_file_looks_like_is_said_with_the_words_for_the_map(tmp_path, capsys, content, part):
    with pytest.raises(CommandError):
        imported(tmp_path, content)
    assert part in capsys.readouterr().out
    euro = MAP["subscription"] | {"currency": {"value": "EUR"}}
    imported(tmp_path, content, MAP | json.loads(part) | {"subscription": euro})
    assert Order.objects.count() == 2
    assert "map: " not in capsys.readouterr().out


@pytest.mark.django_db
def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        (tmp_path / "map.json").write_text(json.dumps(MAP))
        call_command("import", "subscriptions", str(tmp_path / "nowhere.csv"), "--map", str(tmp_path / "map.json"))
