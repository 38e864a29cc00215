"""What a new installation is filled with, and what an older one gets."""

import pytest

from soon.models import CloseReason
from soon.operations.installation.seed import PUBLIC_REASONS, SYSTEM_REASONS, seed
from tests.operations.records import everything

pytestmark = pytest.mark.django_db


def test_every_reason_has_a_category_that_exists_and_says_whether_a_comment_is_asked_for():
    CloseReason.objects.all().delete()
    seed()
    stored = {reason.name_vi: (reason.category, reason.comment_policy) for reason in CloseReason.objects.all()}
    assert stored == {name: tuple(says) for name, _english, *says in PUBLIC_REASONS} | {
        name: (category, "none") for _code, name, _english, category in SYSTEM_REASONS
    }
    assert {category for category, _policy in stored.values()} <= set(CloseReason.Category.values)
    assert {policy for _category, policy in stored.values()} <= set(CloseReason.CommentPolicy.values)


def test_reasons_of_the_system_of_an_older_release_get_their_category_and_nothing_else_changes():
    CloseReason.objects.all().delete()
    seed()
    CloseReason.objects.filter(system_code=None, category="price").update(category="service", name_en="Mine")
    whole = everything()
    CloseReason.objects.filter(system_code="unpaid_too_long").update(category="other")
    assert seed() is False
    assert everything() == whole
