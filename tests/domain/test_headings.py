"""Guessing columns, statuses and periods: what is sure is guessed, what is not is left open."""

import pytest

from soon.domain.headings import exact_period, guess_columns, guess_period, guess_state, yes_or_no

TELCO = ["CustomerID", "Count", "City", "Zip Code", "Tenure Months", "Internet Service", "Contract", "Monthly Charges"]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (
            [*TELCO, "Churn Value", "Churn Reason"],
            {
                "subscription_id": "CustomerID",
                "customer_id": "CustomerID",
                "city": "City",
                "postcode": "Zip Code",
                "start_months": "Tenure Months",
                "product_name": "Internet Service",
                "plan": "Contract",
                "price": "Monthly Charges",
                "state": "Churn Value",
                "reason": "Churn Reason",
            },
        ),
        (
            ["Mã", "Tên khách hàng", "Trạng thái", "Gói", "Đơn giá", "Ngày bắt đầu", "Còn nợ"],
            {
                "subscription_id": "Mã",
                "customer_id": "Mã",
                "name": "Tên khách hàng",
                "state": "Trạng thái",
                "plan": "Gói",
                "price": "Đơn giá",
                "start": "Ngày bắt đầu",
                "owed": "Còn nợ",
            },
        ),
        (["x", "y"], {}),
    ],
)
def test_columns_are_guessed_by_their_names(columns, found):
    assert guess_columns(columns) == found


@pytest.mark.parametrize(
    ("text", "column", "state"),
    [
        ("Đang dùng", "Trạng thái", "in_progress"),
        ("Active", "Status", "in_progress"),
        ("1", "Churn Value", "churned"),
        ("No", "Churned", "in_progress"),
        ("1", "Status", ""),
        ("Đã hủy", "", "cancelled"),
    ],
)
def test_statuses_are_guessed_by_their_words(text, column, state):
    assert guess_state(text, column) == state


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Month-to-month", ("month", 1)),
        ("One year", ("year", 1)),
        ("Two year", ("year", 2)),
        ("Hai năm", ("year", 2)),
        ("Theo quý", ("month", 3)),
        ("Hằng tháng", ("month", 1)),
        ("Weekly", ("week", 1)),
        ("Vàng", None),
    ],
)
def test_periods_are_guessed_by_their_words(text, period):
    assert guess_period(text) == period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        *(("month", ("month", 1)), ("3 months", ("month", 3)), ("Hằng quý", ("month", 3)), ("every 2 quarters", ("month", 6))),
        *(("năm", ("year", 1)), ("12 THÁNG", ("month", 12)), ("mỗi 2 tuần", ("week", 2)), ("daily", ("day", 1))),
        *(("999 days", ("day", 999)), ("333 quý", ("month", 999)), ("334 quý", None), ("1000 days", None), ("0 month", None)),
        *(("-3 months", None), ("1.5 years", None), ("months 3", None), ("", None), ("Gói tháng", None), ("3", None)),
    ],
)
def test_a_period_is_read_only_where_nothing_else_stands(text, period):
    assert exact_period(text) == period


@pytest.mark.parametrize(
    ("text", "answer"), [("có", True), ("X", True), ("0", False), ("No", False), ("rồi", None), ("", None), ("maybe", None)]
)
def test_yes_and_no_are_words_of_both_languages(text, answer):
    assert yes_or_no(text) is answer


@pytest.mark.parametrize(
    ("kind", "columns", "found"),
    [
        ("customers", ["Mã", "Tên", "Thư"], {"customer_id": "Mã", "name": "Tên", "email": "Thư"}),
        ("products", ["Code", "Name", "VAT"], {"product_code": "Code", "product_name": "Name", "tax": "VAT"}),
        ("plans", ["Name", "Interval"], {"plan_name": "Name", "period": "Interval"}),
    ],
)
def test_columns_are_called_otherwise_in_files_of_one_kind(kind, columns, found):
    fields = ("customer_id", "name", "email") if kind == "customers" else ("product_code", "product_name", "tax")
    fields = ("plan_name", "period") if kind == "plans" else fields
    assert guess_columns(columns, fields, kind) == found
