"""Saying why after closing: the rules for a comment are those of closing."""

import pytest

from soon.activity.actor import customer_in_portal
from soon.models import CloseReason, Closure, Company
from soon.operations.installation.seed import seed
from soon.operations.subscriptions.close import close
from tests.builders import AT, TODAY, a_close_reason, an_order
from tests.doors.portal import by_account
from tests.operations.records import everything

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(clock):
    clock(2026, 3, 16, 12)
    seed()
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen Việt", "reason_policy": "after"})


@pytest.fixture
def order():
    made = an_order()
    not_said = CloseReason.objects.not_said()
    close(made, reason=not_said, actor=customer_in_portal(made.customer), at=AT, today=TODAY)
    return made


def answer(order, asks: str, comment: str) -> str:
    """Give a reason that `asks` for a comment so; return the page that comes back."""
    # The form has room for a comment where any of the reasons asks for one.
    a_close_reason(comment_policy="optional")
    reason = a_close_reason("Chuyển chỗ", name_en="Moving", comment_policy=asks)
    said = {"reason": str(reason.pk), "comment": comment}
    url = f"/portal/orders/{order.number}/closure/reason/"
    return by_account(order.customer).post(url, said, follow=True).content.decode()


def test_a_comment_that_the_reason_asks_for_is_asked_for(order):
    before = everything()
    assert "Please say in a few words what you mean by this reason." in answer(order, "required", "  ")
    after = everything()
    assert all(after[name] == before[name] for name in ("Closure", "Evidence", "Activity"))


@pytest.mark.parametrize(
    ("asks", "typed", "kept"),
    [("required", " Ra Huế ", "Ra Huế"), ("optional", "Ra Huế", "Ra Huế"), ("optional", "", ""), ("none", "Ra Huế", "")],
)
def test_a_comment_is_kept_where_the_reason_asks_for_one(order, asks, typed, kept):
    page = answer(order, asks, typed)
    assert "Thank you for telling us." in page and ("Ra Huế" in page) is bool(kept)
    closure = Closure.objects.get()
    assert (closure.reason.name_en, closure.comment) == ("Moving", kept)
