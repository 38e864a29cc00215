"""Writing a letter out: subject, text, HTML and attachments, in the language of whoever receives it.

The words of letter `kind` stand in templates/mail/<kind>/{subject.txt,body.txt,body.html}.
"""

import datetime
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Template
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from soon.activity.feed import fact_in_words
from soon.models import Closure, Company, Declaration, Letter, User
from soon.printing import pdf_of_invoice, pdf_of_order, pdf_of_receipt
from soon.printing.declarations import name_of_declaration, pdf_of_declaration, rows_of_declaration
from soon.printing.receipts import Receipt, name_of_receipt, receipt_of
from soon.printing.transfers import where_to_pay

from .password_link import password_path
from .portal_link import portal_link_of

# Letters to staff lead to the order; all others carry the customer's own link into the portal.
TO_STAFF = frozenset({"customer_message"})


def render(letter: Letter) -> EmailMultiAlternatives:
    """Return `letter` ready to be sent. Its Message-ID is its own, so that a repeat is known as one."""
    with translation.override(letter.language):
        context = _context(letter)
        message = EmailMultiAlternatives(
            subject=" ".join(_text(letter.kind, "subject.txt", context).split()),
            body=_text(letter.kind, "body.txt", context).strip() + "\n",
            from_email=_address(context["company"].name, settings.DEFAULT_FROM_EMAIL),
            to=[_address(letter.to_name, letter.to_email)],
            reply_to=[context["company"].email] if context["company"].email else None,
            headers={
                "Message-ID": f"<letter-{letter.pk}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>",
                "Auto-Submitted": "auto-generated",
                "Content-Language": letter.language,
            },
        )
        message.attach_alternative(_html(letter.kind, context), "text/html")
        for name, content in _attachments(letter):
            message.attach(name, content, "application/pdf")
    return message


def _context(letter: Letter) -> dict[str, Any]:
    facts = letter.facts
    declaration = _declaration(letter)
    return {
        "letter": letter,
        "language": letter.language,
        "company": Company.ours(),
        "customer": letter.customer,
        "order": letter.order,
        "invoice": letter.invoice,
        "where_to_pay": where_to_pay(letter.invoice) if letter.invoice else [],
        "facts": facts,
        "told": {name: fact_in_words(name, value) for name, value in facts.items()},
        "url": _url(letter),
        "contact": letter.order.salesperson if letter.order else None,
        "receipt": _receipt(letter),
        "declaration": rows_of_declaration(declaration) if declaration else [],
        "answer": declaration.answer if declaration else "",
        "last_day_on": _day(facts.get("last_day_on")),
        "reopened_on": _day(facts.get("reopened_on")),
        "resumes_on": _day(facts.get("resumes_on")),
        "resumed_on": _day(facts.get("resumed_on")),
    }


def _receipt(letter: Letter) -> Receipt | None:
    """Return the receipt of the closing that `letter` tells of."""
    closure = _closure(letter)
    return receipt_of(closure) if closure else None


def _closure(letter: Letter) -> Closure | None:
    closures = Closure.objects.select_related("order__plan", "order__customer", "customer", "reason")
    return closures.filter(pk=letter.facts["closure"]).first() if "closure" in letter.facts else None


def _declaration(letter: Letter) -> Declaration | None:
    """Return the declaration, made without log-in, that `letter` tells of."""
    return Declaration.objects.filter(pk=letter.facts["declaration"]).first() if "declaration" in letter.facts else None


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _url(letter: Letter) -> str:
    """Return where the button of the letter leads."""
    if letter.kind in TO_STAFF and letter.order:
        return settings.BASE_URL + reverse("backoffice:order", args=[letter.order.number])
    declaration = _declaration(letter)
    if declaration:
        return settings.BASE_URL + reverse("public:declaration", args=[declaration.form_key])
    if letter.kind == "invitation":
        # Made here and not when the letter was queued: a key to an account is stored nowhere.
        return settings.BASE_URL + password_path(User.objects.get(pk=letter.facts["user"]))
    link = portal_link_of(letter)
    return settings.BASE_URL + (reverse("portal:link", args=[link.token]) if link else reverse("portal:home"))


def _text(kind: str, file: str, context: dict[str, Any]) -> str:
    """Render plain text: nothing is escaped, because nothing reads it as HTML."""
    template: Template = get_template(f"mail/{kind}/{file}").template  # type: ignore[attr-defined]
    return template.render(Context(context, autoescape=False))


def _html(kind: str, context: dict[str, Any]) -> str:
    return get_template(f"mail/{kind}/body.html").render(context)


def _attachments(letter: Letter) -> list[tuple[str, bytes]]:
    if letter.kind == "quotation" and letter.order:
        return [(f"{letter.order.number}.pdf", pdf_of_order(letter.order))]
    if letter.kind in ("invoice", "credit_note", "payment_reminder") and letter.invoice:
        return [(f"{letter.invoice.number.replace('/', '-')}.pdf", pdf_of_invoice(letter.invoice))]
    declaration = _declaration(letter)
    if declaration:
        return [(f"{name_of_declaration(declaration)}.pdf", pdf_of_declaration(declaration))]
    closure = _closure(letter)
    if closure:
        return [(f"{name_of_receipt(closure)}.pdf", pdf_of_receipt(closure))]
    return []


def _address(name: str, email: str) -> str:
    """Return "name <email>"; a name can hold anything, so its line breaks go."""
    return formataddr((" ".join(name.split()), email))
