"""Close reasons: their order, their names in both languages, and that a used one is never lost."""

import pytest

from soon.activity.actor import system
from soon.activity.feed import by_day
from soon.models import Activity, CloseReason, Closure
from soon.operations.close_reasons.archive import CannotArchiveReason, archive
from soon.operations.close_reasons.create import CannotCreateReason, create
from soon.operations.close_reasons.delete import CannotDeleteReason, delete
from soon.operations.close_reasons.details import CloseReasonDetails
from soon.operations.close_reasons.move import CannotMoveReason, move
from soon.operations.close_reasons.restore import CannotRestoreReason, restore
from soon.operations.close_reasons.revise import CannotReviseReason, revise
from soon.operations.subscriptions.note_reason import note_reason
from tests.builders import AT, TODAY, a_bulk_closing, a_churned_order, a_close_reason
from tests.operations.records import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def empty_list(db):
    """Start without the reasons that a new installation brings."""
    CloseReason.objects.all().delete()


@pytest.fixture
def dear():
    return a_close_reason("Quá đắt", name_en="Too expensive", position=10)


@pytest.fixture
def unused():
    return a_close_reason("Không dùng nữa", name_en="No longer used", position=20)


@pytest.fixture
def of_system():
    return a_close_reason("Quá hạn thanh toán", name_en="Unpaid", audience="system", system_code="unpaid", position=30)


def test_a_new_reason_comes_last(dear):
    reason = create(CloseReasonDetails("Chuyển nhà", "Moving house", "staff"))
    assert (reason.position, reason.audience, reason.system_code) == (20, "staff", None)


@pytest.mark.parametrize("names", [("Quá đắt", ""), ("QUÁ ĐẮT", ""), ("Khác", "too EXPENSIVE")])
def test_a_current_name_is_not_given_twice(dear, unused, names):
    before = everything()
    with pytest.raises(CannotCreateReason, match="already a current close reason"):
        create(CloseReasonDetails(*names))
    with pytest.raises(CannotReviseReason, match="already a current close reason"):
        revise(unused, details=CloseReasonDetails(*names), at=AT)
    assert everything() == before


def test_a_reason_may_be_saved_under_its_own_name_and_take_that_of_an_archived_one(dear, unused):
    revise(dear, details=CloseReasonDetails("Quá đắt", "Too expensive"), at=AT)
    archive(unused, at=AT)
    assert create(CloseReasonDetails("Không dùng nữa", "No longer used")).pk != unused.pk
    with pytest.raises(CannotRestoreReason):
        restore(unused)


@pytest.mark.parametrize(
    "details",
    [CloseReasonDetails("Giá cao", "Price too high"), CloseReasonDetails("Quá đắt", "Too expensive", category="price")],
)
def test_a_used_reason_is_archived_as_it_was_and_the_changed_one_takes_its_place(dear, unused, details):
    between = a_close_reason("Khác", position=10)  # the same position
    order = a_churned_order(reason=dear)
    new = revise(dear, details=details, at=AT)
    dear.refresh_from_db()
    assert (dear.name_en, dear.category, dear.archived_at) == ("Too expensive", "other", AT)
    assert (new.name_en, new.category, new.audience) == (details.name_en, details.category, "everyone")
    assert list(CloseReason.objects.current()) == [new, between, unused]
    closure = Closure.objects.get()
    assert (closure.reason, closure.reason_text) == (dear, "Too expensive")
    assert Activity.objects.filter(order=order, facts__reason__vi="Quá đắt").exists()
    # Nor is it rewritten where it lies, by a second tab for instance.
    before = everything()
    with pytest.raises(CannotReviseReason, match="keeps its words"):
        revise(dear, details=CloseReasonDetails("Đắt", "Dear"), at=AT)
    assert everything() == before


def test_a_used_reason_stays_the_same_where_its_closings_read_as_before(unused):
    reason = a_close_reason("Quá đắt", name_en="", position=10)
    a_churned_order(reason=reason)
    details = CloseReasonDetails("Quá ĐẮT", "Too expensive", "staff", comment_policy="required")
    assert revise(reason, details=details, at=AT) == reason
    assert list(CloseReason.objects.current()) == [reason, unused]
    assert Closure.objects.get().reason.comment_policy == "required"


def test_renaming_a_reason_of_the_system_shows_on_closures_and_never_rewrites_the_chatter(of_system):
    order = a_churned_order(reason=of_system)
    revise(of_system, details=CloseReasonDetails("Chưa trả tiền", "Not paid", "system"), at=AT)
    assert Closure.objects.get().reason_text == "Not paid"
    said = [
        entry.html
        for _day, entries in by_day(order.activities.all(), time_zone=order.time_zone, today=TODAY)
        for entry in entries
    ]
    assert any("Unpaid" in html for html in said)
    assert not any("Not paid" in html for html in said)
    assert Activity.objects.filter(facts__reason__vi="Quá hạn thanh toán").exists()


def test_a_used_reason_is_archived_not_deleted(dear, unused):
    order = a_churned_order(reason=dear)
    before = everything()
    with pytest.raises(CannotDeleteReason, match="Archive it instead"):
        delete(dear)
    assert everything() == before
    archive(dear, at=AT)
    order.refresh_from_db()
    assert order.closure.reason_text == "Too expensive"


def test_a_reason_that_only_staff_noted_is_used(dear, unused):
    note_reason(a_churned_order(reason=dear), reason=unused, actor=system(), at=AT)
    before = everything()
    with pytest.raises(CannotDeleteReason, match="Archive it instead"):
        delete(unused)
    assert everything() == before


def test_a_reason_of_a_closing_of_many_is_used_before_any_of_them_is_closed(dear, unused):
    a_bulk_closing(reason=unused, own_words="")
    before = everything()
    with pytest.raises(CannotDeleteReason, match="Archive it instead"):
        delete(unused)
    assert everything() == before


def test_an_unused_reason_is_deleted(dear, unused):
    delete(unused)
    assert list(CloseReason.objects.all()) == [dear]


def test_a_reason_of_the_system_is_only_renamed(dear, of_system):
    assert revise(of_system, details=CloseReasonDetails("Chưa trả tiền", "Not paid", "system"), at=AT).name_en == "Not paid"
    before = everything()
    with pytest.raises(CannotReviseReason):
        revise(of_system, details=CloseReasonDetails("Chưa trả tiền", "Not paid", "everyone"), at=AT)
    with pytest.raises(CannotArchiveReason):
        archive(of_system, at=AT)
    with pytest.raises(CannotDeleteReason):
        delete(of_system)
    with pytest.raises(CannotReviseReason):
        revise(dear, details=CloseReasonDetails("Quá đắt", "Too expensive", "system"), at=AT)
    with pytest.raises(CannotCreateReason):
        create(CloseReasonDetails("Mới", "New", "system"))
    assert everything() == before


def test_customers_always_keep_a_reason_to_choose(dear, of_system):
    a_close_reason("Nội bộ", audience="staff")
    before = everything()
    with pytest.raises(CannotArchiveReason, match="last reason that customers"):
        archive(dear, at=AT)
    with pytest.raises(CannotDeleteReason, match="last reason that customers"):
        delete(dear)
    with pytest.raises(CannotReviseReason, match="last reason that customers"):
        revise(dear, details=CloseReasonDetails("Quá đắt", "Too expensive", "staff"), at=AT)
    assert everything() == before


def test_archiving_and_restoring_twice_are_refused(dear, unused):
    with pytest.raises(CannotRestoreReason):
        restore(dear)
    archive(dear, at=AT)
    before = everything()
    with pytest.raises(CannotArchiveReason):
        archive(dear, at=AT)
    assert everything() == before
    assert restore(dear).archived_at is None


def test_moving_up_and_down(dear, unused):
    third = a_close_reason("Khác", position=20)  # the same position as the one before
    move(third, places=-1)
    assert list(CloseReason.objects.current()) == [dear, third, unused]
    move(dear, places=1)
    assert list(CloseReason.objects.current()) == [third, dear, unused]


def test_a_step_is_among_what_people_see_not_past_reasons_of_the_system(dear, unused):
    a_close_reason("Quá hạn", audience="system", system_code="unpaid_too_long", position=900)
    new = a_close_reason("Mới", position=910)
    move(new, places=-1)
    assert list(CloseReason.objects.current().filter(system_code=None)) == [dear, new, unused]


def test_the_ends_of_the_list_and_archived_reasons_do_not_move(dear, unused):
    old = a_close_reason("Cũ", archived_at=AT)
    before = everything()
    for reason, places in ((dear, -1), (unused, 1), (old, -1)):
        with pytest.raises(CannotMoveReason):
            move(reason, places=places)
    assert everything() == before
