"""Letters go out over a real SMTP server, in the reader's language, once, whatever happens to the one before."""

import datetime
import email
import email.policy
import socket
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.conf import settings as django_settings
from django.utils import timezone

from soon.activity.actor import customer_in_portal, staff, system
from soon.jobs.send_mail import send_mail
from soon.mail import send
from soon.mail.send import MOST_ATTEMPTS, send_next
from soon.models import Company, Letter, PortalLink
from soon.operations.chatter.write_to_customer import write_to_customer
from soon.operations.chatter.write_to_staff import write_to_staff
from soon.operations.portal.mail_new_link import mail_new_link
from soon.operations.subscriptions.close import close
from tests.builders import AT, TODAY, a_close_reason, a_customer, a_sent_quotation, a_user, an_invoice, an_order
from tests.mail.rounds import send_due

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


class Mailbox(Message):
    """What the server received; it refuses whoever is in `refused`."""

    def __init__(self):
        super().__init__()
        self.letters: list[EmailMessage] = []
        self.refused: set[str] = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd calls it so
        if address in self.refused:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message):
        self.letters.append(email.message_from_bytes(message.as_bytes(), policy=email.policy.default))


@pytest.fixture
def mailbox(settings):
    """A real SMTP server on a free port of this machine."""
    handler = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host, port = free.getsockname()
    controller = Controller(handler, hostname=host, port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.BASE_URL = "https://soon.example.com"
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen Việt, Đà Nẵng", "email": "xinchao@senviet.example"})
    yield handler
    controller.stop()


def body(letter, kind="plain"):
    return letter.get_body(preferencelist=(kind,)).get_content()


def link_of(order):
    return f"https://soon.example.com/portal/link/{PortalLink.objects.filter(order=order).latest('pk').token}/"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_quotation_goes_out_with_its_pdf_and_the_customers_own_link(mailbox, language):
    order = a_sent_quotation(customer=a_customer(name="Nguyễn Ẩn, Hội An", language=language))
    assert send_due(at=AT) == 1
    (letter,) = mailbox.letters
    assert order.number in letter["Subject"]
    assert letter["To"].addresses[0].display_name == "Nguyễn Ẩn, Hội An"
    assert letter["From"].addresses[0].display_name == "Sen Việt, Đà Nẵng"
    assert letter["Reply-To"] == "xinchao@senviet.example"
    assert letter["Content-Language"] == language
    total = "1.000.000\xa0₫" if language == "vi" else "₫1,000,000"
    assert total in body(letter)
    assert link_of(order) in body(letter)
    assert f'href="{link_of(order)}"' in body(letter, "html")
    (pdf,) = letter.iter_attachments()
    assert pdf.get_content_type() == "application/pdf"
    assert pdf.get_filename() == f"{order.number}.pdf"
    assert pdf.get_content().startswith(b"%PDF")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_invoice_goes_out_with_its_pdf(mailbox, language):
    invoice = an_invoice(an_order(customer=a_customer(language=language)))
    assert send_due(at=AT) == 1
    (letter,) = mailbox.letters
    assert invoice.number in letter["Subject"]
    assert ("ngày 31 tháng 3 năm 2026" if language == "vi" else "31 March 2026") in body(letter)
    (pdf,) = letter.iter_attachments()
    assert pdf.get_filename() == f"{invoice.number.replace('/', '-')}.pdf"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_closing_is_confirmed_with_reason_moment_last_day_and_whom_to_ask(mailbox, language):
    lan = a_user("salesperson", name="Trần Lan", email="lan@example.com")
    order = an_order(customer=a_customer(language=language), salesperson=lan)
    reason = a_close_reason("Quá đắt", name_en="Too expensive")
    close(order, reason=reason, actor=customer_in_portal(order.customer), at=AT, today=TODAY)
    # The invoice of the day that was used goes first.
    assert send_due(at=AT) == 2
    for kind in ("plain", "html"):
        words = body(mailbox.letters[1], kind)
        assert order.number in words
        assert ("Quá đắt" if language == "vi" else "Too expensive") in words
        assert ("16/03/2026 12:00" if language == "vi" else "16 Mar 2026, 12:00") in words
        assert "(Asia/Ho_Chi_Minh, UTC+07:00)" in words
        assert ("ngày 16 tháng 3 năm 2026" if language == "vi" else "16 March 2026") in words
        assert "lan@example.com" in words


def test_messages_go_both_ways_and_are_escaped_only_where_html_is_read(mailbox):
    lan = a_user("salesperson", email="lan@example.com", language="en")
    order = an_order(salesperson=lan, customer=a_customer(language="en"))
    write_to_customer(order, text="Xin chào & <b>chúc mừng</b>", actor=staff(lan), at=AT)
    write_to_staff(order, text="Một < hai & 'ba'", actor=customer_in_portal(order.customer), at=AT)
    assert send_due(at=AT) == 2
    to_customer, to_staff = mailbox.letters
    assert "Xin chào & <b>chúc mừng</b>" in body(to_customer)
    assert "Xin chào &amp; &lt;b&gt;chúc mừng&lt;/b&gt;" in body(to_customer, "html")
    assert "Một < hai & 'ba'" in body(to_staff)
    assert f"https://soon.example.com/orders/{order.number}/" in body(to_staff)
    assert "/portal/link/" not in body(to_staff)
    assert to_staff["To"].addresses[0].addr_spec == "lan@example.com"


def test_a_new_portal_link_goes_to_the_address_we_know(mailbox):
    order = a_sent_quotation()
    send_due(at=AT)
    mail_new_link(PortalLink.objects.get(order=order), at=AT)
    assert send_due(at=AT) == 1
    assert mailbox.letters[1]["To"].addresses[0].addr_spec == order.customer.email
    assert link_of(order) in body(mailbox.letters[1])
    assert PortalLink.objects.filter(order=order).count() == 2


def test_a_name_cannot_smuggle_in_a_header(mailbox):
    a_sent_quotation(customer=a_customer(name="An\r\nBcc: evil@example.com"))
    assert send_due(at=AT) == 1
    assert mailbox.letters[0]["Bcc"] is None


def test_sent_is_sent_once(mailbox):
    order = a_sent_quotation()
    assert send_due(at=AT) == 1
    letter = Letter.objects.get(order=order)
    assert (letter.sent_at, letter.attempts, letter.last_error) == (AT, 1, "")
    assert letter.subject == mailbox.letters[0]["Subject"].strip()
    assert send_due(at=AT + datetime.timedelta(days=3)) == 0
    assert len(mailbox.letters) == 1


def test_a_letter_that_fails_stops_no_other_and_waits_longer_each_time(mailbox):
    bad, good = a_sent_quotation(), a_sent_quotation()
    mailbox.refused = {bad.customer.email}
    assert send_due(at=AT) == 1
    assert [letter["To"].addresses[0].addr_spec for letter in mailbox.letters] == [good.customer.email]
    at, waits = AT, []
    while True:
        letter = Letter.objects.get(order=bad)
        if letter.given_up_at:
            break
        waits.append((letter.next_attempt_at - at) // MINUTE)
        assert "nobody of that name" in letter.last_error
        assert send_due(at=letter.next_attempt_at - MINUTE / 60) == 0
        at = letter.next_attempt_at
        assert send_due(at=at) == 0
    assert waits == [1, 5, 30, 120, 720, 720, 720]
    assert (letter.attempts, letter.given_up_at, letter.sent_at) == (MOST_ATTEMPTS, at, None)
    assert send_due(at=at + datetime.timedelta(days=30)) == 0


def test_a_letter_nobody_can_write_is_set_aside_with_its_error(mailbox):
    a_sent_quotation()
    Letter.objects.update(kind="of_a_kind_nobody_knows")
    good = a_sent_quotation()
    assert send_due(at=AT) == 1
    assert mailbox.letters[0]["To"].addresses[0].addr_spec == good.customer.email
    assert "TemplateDoesNotExist" in Letter.objects.get(kind="of_a_kind_nobody_knows").last_error


def test_a_worker_that_dies_while_sending_leaves_the_letter_for_later(mailbox, monkeypatch):
    a_sent_quotation()
    monkeypatch.setattr("soon.mail.send.render", lambda letter: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        send_due(at=AT)
    monkeypatch.undo()
    assert send_due(at=AT) == 0
    assert send_due(at=AT + MINUTE) == 1


def test_a_slow_mail_server_does_not_let_two_workers_send_the_last_letter(mailbox, clock, monkeypatch):
    a_sent_quotation(), a_sent_quotation()
    Letter.objects.update(next_attempt_at=AT)
    clock(2026, 3, 16, 12)
    sent = mailbox.letters
    render = send.render

    def slowly(letter):
        if not sent:
            clock(2026, 3, 16, 12, 30)
        else:
            # Another worker looks a moment after we took the last one.
            assert send_next(at=timezone.now() + datetime.timedelta(seconds=1)) is None
        return render(letter)

    monkeypatch.setattr("soon.mail.send.render", slowly)
    assert send_mail() == 2
    assert len(sent) == 2


def test_no_more_than_the_limit_and_the_oldest_first(mailbox):
    orders = [a_sent_quotation() for _ in range(3)]
    assert send_due(at=AT, limit=2) == 2
    assert [letter["To"].addresses[0].addr_spec for letter in mailbox.letters] == [o.customer.email for o in orders[:2]]


def test_without_a_contact_the_letter_says_to_answer_it(mailbox):
    order = an_order(customer=a_customer(language="en"))
    close(order, own_words="moved away", actor=system(), at=AT, today=TODAY)
    send_due(at=AT)
    assert "please answer this letter" in body(mailbox.letters[-1])


def test_letters_are_written_to_files_until_a_mail_server_is_named():
    assert django_settings.SMTP_HOST == ""
