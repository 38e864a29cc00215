"""Small files for tests of moving in, as CSV and XLSX, and the map that fits them."""

import io
import json
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from soon.operations.imports.mapping import SubscriptionMap
from soon.operations.imports.read_map import read_map

HEADING = "Mã;Tên;Thư;Trạng thái;Gói;Sản phẩm;Giá;SL;Bắt đầu;Hóa đơn tới;Tạm dừng từ;Rời ngày;Lý do;Còn nợ;Dư có;Hạn".split(";")
ROWS = (
    "A1;Nguyễn Văn Đạt;dat@example.com;Đang dùng;Tháng;Internet;900.000;1;15/01/2026;15/04/2026;;;;150.000;;31/03/2026",
    "A2;Lê Hà;ha@example.com;Tạm dừng;Tháng;Internet;300.000;1,5;01/02/2026;;01/03/2026;;;;;",
    "A3;Trần Bình;binh@example.com;Đã rời;Năm;Điện thoại;1.200.000;2;05/06/2024;;;04/06/2025;Chuyển nhà;;20.000;",
    "A4;Phạm Cúc;;Báo giá;Tháng;Internet;250.000;1;01/05/2026;;;;;;;",
    "A5;Võ Dung;;Đã hủy;Tháng;Internet;250.000;1;01/01/2026;;;;;;;",
    "A6;Đỗ Giang;giang@example.com;Đã rời;Tháng;Internet;250.000;1;16/01/2026;;;31/05/2026;Giá quá cao;;;",
    "A7;Bùi Hoa;;Đang dùng;Tháng;Internet;250.000;1;20/04/2026;;;;;;;",
)
STATES = {
    "Đang dùng": "in_progress",
    "Tạm dừng": "paused",
    "Đã rời": "churned",
    "Báo giá": "quotation",
    "Đã hủy": "cancelled",
}
MONTHLY = {"vi": "Hằng tháng", "en": "Monthly", "unit": "month"}
MAP: dict[str, Any] = {
    "file": {"delimiter": ";", "decimal": ","},
    "customer": {"external_id": {"column": "Mã"}, "name": {"column": "Tên"}, "email": {"column": "Thư"}},
    "subscription": {
        "external_id": {"column": "Mã"},
        "currency": {"value": "VND"},
        "start": {"on": {"column": "Bắt đầu"}},
        "state": {"column": "Trạng thái", "values": STATES},
        "plan": {"column": "Gói", "values": {"Tháng": MONTHLY, "Năm": {"vi": "Hằng năm", "unit": "year"}}},
        "product": {"name": {"column": "Sản phẩm"}},
        "price": {"column": "Giá", "per": "period"},
        "quantity": {"column": "SL"},
        "next_invoice": {"column": "Hóa đơn tới"},
        "paused": {"column": "Tạm dừng từ"},
    },
    "closed": {"reason": {"column": "Lý do"}, "on": {"column": "Rời ngày"}, "archive": True},
    "balance": {"owed": {"column": "Còn nợ"}, "credit": {"column": "Dư có"}, "due": {"column": "Hạn"}},
}


def cells(rows: Sequence[str] = ROWS) -> list[list[str]]:
    """Return the heading and `rows` as cells."""
    return [HEADING, *(row.split(";") for row in rows)]


def as_csv(rows: Sequence[str] = ROWS) -> bytes:
    """Return heading and `rows` as a spreadsheet program in Vietnam saves them."""
    return "\r\n".join([";".join(HEADING), *rows]).encode("utf-8-sig")


def as_xlsx(table: Sequence[Sequence[Any]]) -> bytes:
    """Return `table` as a spreadsheet with one sheet; numbers and days are stored as such."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"default_date_format": "dd/mm/yyyy", "in_memory": True})
    sheet = book.add_worksheet("Khách")
    for number, row in enumerate(table):
        sheet.write_row(number, 0, row)
    book.close()
    return made.getvalue()


def the_map(**changes: Any) -> SubscriptionMap:
    """Return MAP as it is read, with some parts replaced."""
    return read_map(json.dumps(MAP | changes))
