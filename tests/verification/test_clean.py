"""What the verbs make contradicts nothing: a company with everything in it, and one of any size."""

import pytest

from soon.activity.actor import staff, system
from soon.demo.mass import load_mass
from soon.models import Invoice, Order, Settlement
from soon.operations.billing.run import run
from soon.operations.verification.verify import verify
from soon.queries.verification.themes import ALL_THEMES, CHECKS
from tests.builders import AT, TODAY, a_user

from .world import World, a_world

pytestmark = pytest.mark.django_db


def test_everything_is_true_of_a_company_that_the_verbs_made():
    world: World = a_world()
    assert Invoice.objects.filter(kind="credit_note").exists() and Settlement.objects.filter(amount_minor__lt=0).exists()
    assert set(Order.objects.values_list("state", flat=True)) >= {"in_progress", "churned", "paused", "quotation_sent"}
    seen: list[tuple[int, int]] = []
    result = verify(
        actor=staff(a_user("accountant")), clock=lambda: AT, on_progress=lambda *at: seen.append(at), themes=ALL_THEMES
    )
    assert (result.found, result.findings) == (0, [])
    assert set(result.checked) == set(CHECKS)
    assert result.checked["document_adds_up"] == {"looked_at": Invoice.objects.count(), "found": 0}
    assert all(each["looked_at"] for code, each in result.checked.items())
    assert (result.started_at, result.finished_at, result.started_by.role) == (AT, AT, "accountant")
    assert [done for done, _ in seen] == sorted(done for done, _ in seen) and seen[-1][0] == seen[-1][1] > 100
    assert world.imported.invoices.exists()


# Really stored: the statistics that load_mass keeps would else outlive its rows and mislead PostgreSQL in later tests.
@pytest.mark.django_db(transaction=True)
def test_everything_is_true_of_a_company_of_any_size_before_and_after_it_is_billed():
    load_mass(120, TODAY, on_progress=lambda done, total: None)
    assert verify(actor=system(), clock=lambda: AT, themes=ALL_THEMES).found == 0
    issued = run(bills_until=TODAY, actor=system(), clock=lambda: AT).issued
    result = verify(actor=system(), clock=lambda: AT)
    assert (result.found, result.checked["document_adds_up"]["looked_at"]) == (0, issued)
    assert issued > 100
