"""The market: presets to start from, switches that say what they are for, everything off until somebody says so."""

import pytest
from django.utils import translation

from soon.domain.markets import MARKETS, market_of
from soon.models import Company
from soon.operations.company.choose_market import CannotChooseMarket, MarketDetails, choose_market
from soon.queries.market_words import public_links, words_of
from tests.doors.setting_up import logged_in, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
URL = "/market/"
SWITCHES = ("has_public_closing", "has_public_withdrawal")


def chosen(page: str) -> tuple[str, set[str]]:
    """Return the reason policy and the switches that stand chosen in a page."""
    inputs = [part.split(">")[0] for part in page.split("<input ")[1:]]
    checked = [each for each in inputs if " checked" in each]
    policy = next(each.split('value="')[1].split('"')[0] for each in checked if 'name="reason_policy"' in each)
    return policy, {name for name in SWITCHES if any(f'name="{name}"' in each for each in checked)}


def test_every_market_of_the_company_has_presets_that_exist():
    assert set(MARKETS) == set(Company.Market.values)
    assert {preset.reason_policy for preset in MARKETS.values()} <= set(Company.ReasonPolicy.values)
    assert market_of("atlantis") == MARKETS["generic"]


@pytest.mark.parametrize("code", MARKETS)
def test_each_market_has_words_in_both_languages(code):
    words = words_of(code)
    said = (words.closing_link, words.closing_button, words.withdrawal_link, words.withdrawal_button)
    spoken = {}
    for language in ("vi", "en"):
        with translation.override(language):
            spoken[language] = [str(each) for each in said]
    assert all(spoken["vi"]) and all(spoken["en"])
    # A label that keeps somebody where they are would be the trap that the law forbids.
    assert not [each for each in spoken["en"] if "contact" in each.lower() or "cancel" in each.lower()]


def test_everything_is_off_at_first_and_the_page_says_what_it_is_not():
    ours = Company.ours()
    assert (ours.market, ours.reason_policy) == ("generic", "required")
    assert not any(getattr(ours, name) for name in SWITCHES)
    assert public_links(ours) == []
    page = text_of(logged_in().get(URL))
    assert chosen(page) == ("required", set())
    assert "not legal advice" in page


@pytest.mark.parametrize("code", MARKETS)
def test_presets_are_filled_in_on_choosing_and_by_the_button_and_count_only_when_saved(code):
    client = logged_in()
    before = everything()["Company"]
    preset = MARKETS[code]
    on = {name for name in SWITCHES if getattr(preset, name)}
    by_choosing = client.get(URL, {"market": code})
    by_button = client.post(URL, {"market": code, "reason_policy": "required", "use_presets": "1"})
    for answer in (by_choosing, by_button):
        assert answer.status_code == 200
        assert chosen(text_of(answer)) == (preset.reason_policy, on)
        assert f'value="{code}" selected' in text_of(answer)
    assert everything()["Company"] == before


def test_saving_keeps_what_stands_there_whatever_the_presets_are():
    client = logged_in()
    assert client.post(URL, {"market": "de", "reason_policy": "optional", "has_public_withdrawal": "on"}).status_code == 302
    ours = Company.ours()
    assert (ours.market, ours.reason_policy) == ("de", "optional")
    assert (ours.has_public_closing, ours.has_public_withdrawal) == (False, True)
    page = client.get(URL)
    assert chosen(text_of(page)) == ("optional", {"has_public_withdrawal"})
    assert Company.objects.count() == 1


@pytest.mark.parametrize("data", [{"market": "atlantis", "reason_policy": "required"}, {"market": "de"}, {}])
def test_what_is_not_there_is_refused_and_nothing_is_stored(data):
    client = logged_in()
    before = everything()["Company"]
    assert client.post(URL, data).status_code == 422
    assert client.get(URL, {"market": "atlantis"}).status_code == 200
    assert everything()["Company"] == before


@pytest.mark.parametrize("details", [MarketDetails(market="atlantis"), MarketDetails(reason_policy="never")])
def test_the_verb_refuses_what_is_not_there(details):
    before = everything()
    with pytest.raises(CannotChooseMarket):
        choose_market(details)
    assert everything() == before


def test_the_rest_of_the_company_stays_and_an_empty_one_gets_its_row():
    Company.objects.all().delete()
    choose_market(MarketDetails(market="fr", has_public_closing=True))
    assert (Company.objects.get().name, Company.objects.get().market) == ("SoOn Subscriptions", "fr")
    Company.objects.update(name="Sen Việt", city="Đà Nẵng")
    choose_market(MarketDetails(market="vn"))
    ours = Company.objects.get()
    assert (ours.name, ours.city, ours.market, ours.has_public_closing) == ("Sen Việt", "Đà Nẵng", "vn", False)
