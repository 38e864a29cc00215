"""The pages of moving in, as somebody without scripts goes through them."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from soon.jobs.sweeps import load_files
from soon.models import Customer, DataImport, Order, Plan
from soon.operations.billing.run import Stop
from tests.builders import a_plan, a_user
from tests.imports.files import MAP, ROWS, as_csv, as_xlsx, cells

pytestmark = pytest.mark.django_db
BAD = "B1;;;Đang dùng;Tháng;Internet;9,5;1;31/02/2026;;;;;;;"


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(a_user("manager", language="en"))
    return client


def words_of(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def uploaded(browser: Client, content: bytes, name: str = "khách.csv", kind: str = "subscriptions"):
    sent = {"file": SimpleUploadedFile(name, content), "kind": kind}
    return browser.post(reverse("backoffice:import_new"), sent, follow=True)


def filled(response) -> dict[str, str]:
    """Return the fields of the form for columns as a browser would send them back."""
    form = response.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent |= {f"asked_{each['field']}": each["asked"] for each in form.questions}
    return {name: value for name, value in sent.items() if value not in (None, False)}


def mapped(browser: Client, response, **changes: str):
    """Send the columns as they are guessed, with `changes`; where that asks what texts mean, send them again."""
    url = response.request["PATH_INFO"]
    answer = browser.post(url, filled(response) | changes, follow=True)
    if answer.context.get("asks"):
        answer = browser.post(url, filled(answer) | changes, follow=True)
    return answer


def worked() -> None:
    load_files(Stop())


def test_a_file_is_brought_step_by_step_and_is_there(browser):
    monthly = a_plan(name_vi="Tháng", name_en="Monthly")
    page = uploaded(browser, as_csv())
    assert "Nguyễn Văn Đạt" in words_of(page)
    assert page.context["file_form"]["decimal"].value() == ","
    guessed = filled(page)
    assert (guessed["column_price"], guessed["column_owed"], guessed["column_state"]) == ("Giá", "Còn nợ", "Trạng thái")
    assert guessed["text_currency"] == "VND"
    meant = {text: guessed[choice.name] for each in page.context["form"].questions for text, choice in each["rows"]}
    assert meant["Đã rời"] == "churned" and meant["Tạm dừng"] == "paused"
    assert (meant["Tháng"], meant["Năm"]) == (f"id:{monthly.pk}", "new:year:1")
    other = browser.post(page.request["PATH_INFO"], guessed | {"column_plan": "Sản phẩm"})
    assert other.status_code == 200 and "Điện thoại" in [text for text, _choice in other.context["form"].questions[1]["rows"]]
    page = browser.post(page.request["PATH_INFO"], guessed, follow=True)
    assert "rows looked at" in words_of(page) and 'http-equiv="refresh"' in page.content.decode()
    worked()
    page = browser.get(page.request["PATH_INFO"])
    assert "All 7 rows can be loaded" in words_of(page)
    made = DataImport.objects.get()
    page = browser.post(reverse("backoffice:import_loading", args=[made.pk]), {"mode": "all_or_nothing"}, follow=True)
    assert not Order.objects.exists()
    worked()
    assert "Loaded 7" in words_of(browser.get(page.request["PATH_INFO"]))
    assert (Order.objects.count(), Customer.objects.count(), Plan.objects.count()) == (7, 7, 2)
    again = uploaded(browser, as_csv())
    assert "a file like this before" in words_of(again)
    assert {name: value for name, value in filled(again).items() if value} == guessed


def test_bad_rows_are_told_in_the_readers_language_and_handed_out_to_mend(browser):
    page = mapped(browser, uploaded(browser, as_csv([*ROWS, BAD])), text_currency="VND")
    worked()
    url = page.request["PATH_INFO"]
    told = words_of(browser.get(url))
    assert "1 of 8 rows is not right" in told and "“31/02/2026” is not a day" in told
    assert browser.get(f"{url}?q=giá").context["total_count"] == 1
    vietnamese = Client()
    vietnamese.force_login(a_user("manager", language="vi"))
    assert "is not a day" not in words_of(vietnamese.get(url))
    made = DataImport.objects.get()
    answer = browser.get(reverse("backoffice:import_skipped", args=[made.pk]))
    skipped = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "31/02/2026" in skipped and skipped.count("\n") == 2
    refused = browser.post(reverse("backoffice:import_loading", args=[made.pk]), {"mode": "all_or_nothing"}, follow=True)
    assert "Some rows are not right" in words_of(refused)
    browser.post(reverse("backoffice:import_loading", args=[made.pk]), {"mode": "skip_bad_rows"})
    worked()
    assert "Skipped 1" in words_of(browser.get(url)) and Order.objects.count() == 7
    mended = skipped.replace("31/02/2026", "28/02/2026").replace("9,5", "9").replace("B1;;", "B1;Võ An;")
    page = uploaded(browser, mended.encode())
    page = mapped(browser, page)
    worked()
    assert "1 row can be loaded" in words_of(browser.get(page.request["PATH_INFO"]))


def test_another_form_shows_other_first_rows_and_a_wrong_one_is_refused(browser):
    page = uploaded(browser, "Tên,Giá\nLê,1\n".encode("cp1258"))
    made = DataImport.objects.get()
    assert made.form["encoding"] == "cp1258"
    url = reverse("backoffice:import_form", args=[made.pk])
    form = {"encoding": "utf-8", "delimiter": ",", "quote": '"', "decimal": ".", "day_first": "1"}
    refused = browser.post(url, form)
    assert refused.status_code == 422 and "UTF-8" in words_of(refused)
    assert browser.post(url, form | {"encoding": "cp1252", "delimiter": ";"}, follow=True).status_code == 200
    made.refresh_from_db()
    assert (made.form["encoding"], len(made.columns)) == ("cp1252", 1)
    assert page.status_code == 200


def test_a_spreadsheet_shows_its_sheets(browser):
    page = uploaded(browser, as_xlsx(cells()), "khách.xlsx")
    assert page.context["file_form"]["sheet"].value() == "Khách"
    assert "encoding" not in page.context["file_form"].fields


@pytest.mark.parametrize("missing", ["column_name", "column_price", "column_start", "text_currency", "column_reason"])
def test_what_is_needed_is_asked_for_at_its_field(browser, missing):
    page = uploaded(browser, as_csv())
    page = mapped(browser, page, **{"text_currency": "VND", missing: ""})
    assert page.status_code == 422
    assert missing.replace("text_", "column_") in page.context["form"].errors
    assert DataImport.objects.get().state == "uploaded"


def test_a_column_of_many_texts_is_no_plan(browser):
    rows = [ROWS[0].replace("A1;", f"A{number};").replace("Tháng", f"Gói {number}") for number in range(70)]
    page = uploaded(browser, as_csv(rows))
    assert "different texts" in words_of(page)
    assert browser.post(page.request["PATH_INFO"], filled(page) | {"text_currency": "VND"}).status_code == 422


def test_a_row_without_a_plan_is_told_and_nobody_is_asked_what_nothing_means(browser):
    rows = [ROWS[0], ROWS[1].replace(";Tháng;", ";;"), ROWS[2].replace(";Đã rời;", "; ;")]
    page = uploaded(browser, as_csv(rows))
    asked = {each["field"]: [text for text, _choice in each["rows"]] for each in page.context["form"].questions}
    assert asked == {"state": ["Đang dùng", "Tạm dừng", ""], "plan": ["Tháng", "Năm"]}
    page = mapped(browser, page, text_currency="VND", state_2="churned")
    assert page.status_code == 200
    worked()
    found = DataImport.objects.get().problems.values_list("row", "column", "code")
    assert list(found) == [(3, "Gói", "empty")]


def test_a_column_of_plans_that_is_empty_asks_nothing(browser):
    page = uploaded(browser, as_csv([row.replace(";Tháng;", ";;") for row in ROWS[:2]]))
    assert [each["field"] for each in page.context["form"].questions] == ["state"]
    assert mapped(browser, page, text_currency="VND").status_code == 200
    worked()
    assert set(DataImport.objects.get().problems.values_list("column", "code")) == {("Gói", "empty")}


def test_without_a_worker_it_is_done_on_the_page_and_a_file_can_be_given_up(browser):
    page = mapped(browser, uploaded(browser, as_csv()), text_currency="VND")
    assert "No worker is there" in words_of(page)
    made = DataImport.objects.get()
    page = browser.post(reverse("backoffice:import_carry_on", args=[made.pk]), follow=True)
    assert "All 7 rows" in words_of(page)
    browser.post(reverse("backoffice:import_discarding", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == "discarded" and not made.pieces.exists()
    assert "deleted before anything" in words_of(browser.get(reverse("backoffice:import_page", args=[made.pk])))


def test_the_map_of_the_pages_is_one_that_the_command_reads(browser):
    mapped(browser, uploaded(browser, as_csv()), text_currency="VND")
    made = DataImport.objects.get().mapping
    assert made["customer"] == MAP["customer"] and made["balance"] == MAP["balance"]


def test_the_queries_do_not_grow_with_the_rows(browser):
    def cost(ask) -> int:
        ask()
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured)

    costs = []
    for number in (40, 90):
        page = mapped(
            browser, uploaded(browser, as_csv([f"X{key};;;Đang dùng;Tháng;Internet;x;1;;;;;;;;" for key in range(number)]))
        )
        worked()
        url = page.request["PATH_INFO"]
        columns = f"{url}columns/"
        assert browser.get(url).context["total_count"] == 3 * number and browser.get(columns).status_code == 200
        costs.append((cost(lambda url=url: browser.get(url)), cost(lambda columns=columns: browser.get(columns))))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 14
    assert cost(lambda: browser.get(reverse("backoffice:imports"))) <= 9
