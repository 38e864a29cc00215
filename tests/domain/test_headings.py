"""Guessing columns, statuses and periods: what is sure is guessed, what is not is left open."""

import pytest

from soon.domain.headings import guess_columns, guess_period, guess_state

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
