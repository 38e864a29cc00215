"""A customer's own orders and invoices in the portal, and nobody else's; accepting, writing, PDF, and staff's preview."""

import re

import pytest

from soon.activity.actor import staff
from soon.models import Activity, Invoice, Letter
from soon.operations.chatter.log_note import log_note
from soon.operations.chatter.write_to_customer import write_to_customer
from soon.operations.payments.register_payment import register_payment
from soon.operations.quotations.cancel import cancel
from soon.operations.quotations.revise import revise
from soon.operations.quotations.send import send
from tests.builders import (
    AT,
    TODAY,
    a_churned_order,
    a_customer,
    a_draft,
    a_draft_line,
    a_plan,
    a_quotation,
    a_sent_quotation,
    a_user,
    an_invoice,
    an_order,
)
from tests.doors.portal import by_account, by_link, everything

pytestmark = pytest.mark.django_db
ENTRANCES = pytest.mark.parametrize("enter", [by_account, by_link])


@pytest.fixture(autouse=True)
def noon(clock):
    clock(2026, 3, 16, 12)


def read(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@ENTRANCES
def test_the_list_shows_own_orders_closed_ones_too_and_no_drafts(enter):
    customer = a_customer()
    shown = [an_order(customer=customer), a_churned_order(customer=customer), a_sent_quotation(customer=customer)]
    draft, strange = a_quotation(customer=customer), an_order()
    cancelled = a_quotation(customer=customer)
    cancel(cancelled, actor=staff(a_user()), at=AT)
    page = read(enter(customer), "/portal/")
    assert [order.number in page for order in shown] == [True] * 3
    assert [order.number in page for order in (draft, strange, cancelled)] == [False] * 3
    assert "Closed" in page
    assert "Churned" not in page


@ENTRANCES
def test_what_belongs_to_another_customer_is_not_there(enter):
    order = an_order()
    invoice = an_invoice(order)
    client, before = enter(a_customer()), everything()
    for path in ("", "pdf/", "closure/"):
        read(client, f"/portal/orders/{order.number}/{path}", 404)
    for path in ("", "pdf/"):
        read(client, f"/portal/invoices/{invoice.pk}/{path}", 404)
    for path in ("acceptance", "messages", "closure"):
        assert client.post(f"/portal/orders/{order.number}/{path}/", {"body": "x"}).status_code == 404
    assert invoice.number not in read(client, "/portal/invoices/")
    assert everything() == before


def test_without_an_entrance_every_page_leads_to_the_log_in(client):
    order = an_order()
    invoice = an_invoice(order)
    paths = ["", f"orders/{order.number}/", f"orders/{order.number}/pdf/", f"orders/{order.number}/closure/", "invoices/"]
    paths += [f"invoices/{invoice.pk}/", f"invoices/{invoice.pk}/pdf/", f"preview/{order.number}/"]
    for path in paths:
        answer = client.get(f"/portal/{path}")
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/account/login/"), path


def test_the_page_of_an_order_says_what_it_costs_and_what_comes_next():
    order = an_order(lines=[a_draft_line(1_000_000), a_draft_line(500_000, is_recurring=False)], plan=a_plan())
    invoice = an_invoice(order)
    register_payment(invoice, amount_minor=400_000, paid_on=TODAY, method="cash", actor=staff(a_user()), at=AT, today=TODAY)
    page = read(by_account(order.customer), f"/portal/orders/{order.number}/")
    assert "per month" in page
    assert "1,000,000" in page
    assert "500,000" in page
    assert "16 Apr 2026" in page
    assert "Partly paid" in page
    assert "1,100,000" in page


def test_notes_among_staff_stay_among_staff():
    order, lan = an_order(), a_user()
    log_note(order, text="khách khó tính", actor=staff(lan), at=AT)
    write_to_customer(order, text="Chào anh chị", actor=staff(lan), at=AT)
    page = read(by_account(order.customer), f"/portal/orders/{order.number}/")
    assert "Chào anh chị" in page
    assert "khách khó tính" not in page


@ENTRANCES
def test_accepting_a_quotation(enter):
    order = a_sent_quotation()
    client = enter(order.customer)
    assert "Accept" in read(client, f"/portal/orders/{order.number}/")
    assert client.get(f"/portal/orders/{order.number}/acceptance/").status_code == 405
    assert client.post(f"/portal/orders/{order.number}/acceptance/").status_code == 302
    order.refresh_from_db()
    assert (order.state, order.start_on) == ("in_progress", TODAY)
    entry = Activity.objects.get(order=order, kind="quotation_accepted")
    assert (entry.actor_kind, entry.channel) == ("customer", "portal")
    before = everything()
    again = client.post(f"/portal/orders/{order.number}/acceptance/")
    assert again.status_code == 409
    assert "no longer open" in again.content.decode()
    assert everything() == before


def test_an_offer_that_changed_is_shown_again_instead_of_accepted():
    order = a_sent_quotation()
    client = by_account(order.customer)
    offer = re.search(r'name="offer" value="(\w+)"', read(client, f"/portal/orders/{order.number}/"))[1]
    revise(order, draft=a_draft(customer=order.customer, price_minor=7_654_321), actor=staff(a_user()), at=AT)
    before = everything()
    again = client.post(f"/portal/orders/{order.number}/acceptance/", {"offer": offer})
    assert again.status_code == 409
    assert "changed in the meantime" in again.content.decode()
    assert "7,654,321" in again.content.decode()
    assert everything() == before
    offer = re.search(r'name="offer" value="(\w+)"', again.content.decode())[1]
    assert client.post(f"/portal/orders/{order.number}/acceptance/", {"offer": offer}).status_code == 302


def test_what_was_said_to_the_customer_before_is_not_told_to_the_next():
    order, lan = a_quotation(), a_user()
    write_to_customer(order, text="Giá riêng cho Hoa Sen", actor=staff(lan), at=AT)
    revise(order, draft=a_draft(customer=a_customer()), actor=staff(lan), at=AT)
    order.refresh_from_db()
    send(order, actor=staff(lan), at=AT)
    order.refresh_from_db()
    page = read(by_account(order.customer), f"/portal/orders/{order.number}/")
    assert "Giá riêng cho Hoa Sen" not in page
    assert "hoasen" not in page.replace(order.customer.email, "")


def test_an_expired_quotation_is_not_accepted(clock):
    order = a_sent_quotation(expires_on=TODAY)
    clock(2026, 3, 17)
    client, before = by_account(order.customer), everything()
    page = read(client, f"/portal/orders/{order.number}/")
    assert "was valid until 16 March 2026" in page
    assert "Accept" not in re.sub(r'class="entry.*', "", page)
    assert client.post(f"/portal/orders/{order.number}/acceptance/").status_code == 409
    assert everything() == before


@ENTRANCES
def test_writing_to_the_salesperson(enter):
    lan = a_user("salesperson")
    order = an_order(salesperson=lan)
    client = enter(order.customer)
    assert client.post(f"/portal/orders/{order.number}/messages/", {"body": " Xin hỏi \0<b>giá</b> "}).status_code == 302
    assert "Xin hỏi &lt;b&gt;giá&lt;/b&gt;" in read(client, f"/portal/orders/{order.number}/")
    assert Letter.objects.get(kind="customer_message").to_email == lan.email


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 5001])
def test_a_message_that_says_nothing_or_too_much(body):
    order = an_order()
    client, before = by_account(order.customer), everything()
    answer = client.post(f"/portal/orders/{order.number}/messages/", {"body": body})
    assert answer.status_code == 422
    assert body.strip()[:100] in answer.content.decode()
    assert everything() == before


@ENTRANCES
def test_documents_as_pdf(enter):
    invoice = an_invoice(an_order())
    client = enter(invoice.customer)
    for path in (f"/portal/invoices/{invoice.pk}/pdf/", f"/portal/orders/{invoice.order.number}/pdf/"):
        answer = client.get(path)
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("inline; filename=")
        assert answer.headers["Cache-Control"] == "no-store"


def test_invoices_with_their_payment_state(clock):
    invoice = an_invoice(an_order())
    assert "Due" in read(by_account(invoice.customer), "/portal/invoices/")
    clock(2026, 4, 30)
    client = by_account(invoice.customer)
    assert "Overdue" in read(client, "/portal/invoices/")
    page = read(client, f"/portal/invoices/{invoice.pk}/")
    assert "Overdue" in page
    assert "16 Mar 2026 – 15 Apr 2026" in page


def test_empty_lists_say_what_will_stand_there():
    client = by_account(a_customer())
    assert "No orders yet" in read(client, "/portal/")
    assert "No invoices yet" in read(client, "/portal/invoices/")


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    customer = a_customer()
    for _ in range(12):
        an_invoice(an_order(customer=customer))
    client = by_account(customer)
    for path in ("/portal/", "/portal/invoices/", f"/portal/orders/{Invoice.objects.first().order.number}/"):
        with django_assert_max_num_queries(12):
            read(client, path)


def document(page):
    """Return what both readers see, without what is meant to differ."""
    content = re.search(r'<article class="document">.*?</article>', page, re.S)[0]
    content = re.sub(r'<div class="actions">.*?</div>', "", content, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<a [^>]*>|</a>", "", content))


@pytest.mark.parametrize("order_of", [an_order, a_sent_quotation, a_churned_order])
def test_the_preview_is_what_the_customer_sees_and_does_nothing(client, order_of):
    order = order_of()
    client.force_login(a_user("manager", language="en"))
    before = everything()
    preview = read(client, f"/portal/preview/{order.number}/")
    assert everything() == before
    assert f"/orders/{order.number}/" in preview
    assert document(preview) == document(read(by_account(order.customer), f"/portal/orders/{order.number}/"))
    actions = set(re.findall(r'action="([^"]*)"', preview))
    assert actions <= {"/preferences/"}
    assert client.post(f"/portal/preview/{order.number}/").status_code == 405


def test_the_preview_speaks_the_customers_language_on_request(client):
    order = an_order(customer=a_customer(language="vi"))
    client.force_login(a_user("manager", language="en"))
    assert '<html lang="en"' in read(client, f"/portal/preview/{order.number}/")
    assert '<html lang="vi"' in read(client, f"/portal/preview/{order.number}/?language=customer")


def test_who_may_look_at_the_preview(client):
    order = a_quotation(salesperson=a_user("salesperson"))
    path = f"/portal/preview/{order.number}/"
    for user, status in [
        (order.salesperson, 200),
        (a_user("accountant"), 200),
        (a_user("salesperson"), 404),
        (a_user("customer", customer=order.customer), 403),
    ]:
        client.force_login(user)
        read(client, path, status)


def test_staff_are_led_from_the_portal_to_their_own_pages(client):
    order = an_order()
    client.force_login(a_user("manager"))
    assert client.get("/portal/").headers["Location"] == "/"
    assert client.get(f"/portal/orders/{order.number}/").headers["Location"] == f"/portal/preview/{order.number}/"
    assert client.post(f"/portal/orders/{order.number}/messages/", {"body": "x"}).status_code == 403
