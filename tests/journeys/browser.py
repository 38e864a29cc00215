"""A reader in front of a browser, for stories told through HTTP only."""

import re
from html import unescape
from typing import Any

from django.core import mail
from django.test import Client

from soon.jobs.send_mail import send_mail
from tests.builders import PASSWORD
from tests.operations.records import everything


class Browser:
    """Somebody who reads pages and presses buttons, in `language`."""

    def __init__(self, language: str = "en") -> None:
        self.client = Client(headers={"Accept-Language": language})

    def log_in(self, email: str, password: str = PASSWORD) -> "Browser":
        """Log in by the form, as people do."""
        answer = self.client.post("/account/login/", {"login": email, "password": password})
        assert answer.status_code == 302, text(answer)
        return self

    def open(self, url: str, **query: Any) -> str:
        """Return the page at `url`."""
        answer = self.client.get(url, query, follow=True)
        assert answer.status_code == 200, (url, answer.status_code)
        return text(answer)

    def press(self, url: str, form: dict[str, Any] | None = None) -> str:
        """Post the `form` and return the page it leads to; where it is now stands in `at`."""
        answer = self.client.post(url, form or {}, follow=True)
        assert answer.status_code == 200, (url, answer.status_code, text(answer))
        self.at = answer.redirect_chain[-1][0] if answer.redirect_chain else url
        return text(answer)

    def refused(self, status: int, words: str, url: str, form: dict[str, Any] | None = None) -> None:
        """Post the `form`: it is answered with `status` and `words`, and nothing was written."""
        before = everything()
        answer = self.client.post(url, form or {}, follow=True)
        assert answer.status_code == status
        assert words in text(answer)
        assert everything() == before

    def pdf(self, url: str) -> bytes:
        """Return the PDF at `url`."""
        answer = self.client.get(url)
        assert answer.headers["Content-Type"] == "application/pdf"
        return answer.content


def text(answer: Any) -> str:
    """Return the words of an answer without tags, in one line, and its links and form values between brackets."""
    page = answer.content.decode()
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    page = re.sub(r'<[^>]*?\b(?:href|action)="([^"]*)"[^>]*>', r" [\1] ", page)
    page = re.sub(r'<input[^>]*?name="([^"]*)"[^>]*?value="([^"]*)"[^>]*>', r" {\1=\2} ", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def hidden(page: str, name: str) -> str:
    """Return the value of the input called `name` on a page."""
    return re.search(rf"{{{name}=([^}}]*)}}", page)[1]


def letters_sent() -> list[Any]:
    """Send the letters that are due, and return what went out now."""
    already = len(mail.outbox)
    send_mail()
    return mail.outbox[already:]


def link_in(letter: Any) -> str:
    """Return the path of the portal link in a letter."""
    return re.search(r"https?://[^/\s]+(/portal/link/\S+/)", letter.body)[1]
