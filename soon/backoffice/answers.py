"""How a page answers a form or a button: what was done as a message, or the refusal where the reader can act on it."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from soon.operations.refusal import DoneBefore, Refusal

T = TypeVar("T")


def store(form: forms.BaseForm, deed: Callable[[], T]) -> T | None:
    """Return what `deed` made of a valid form; None where it refused, the refusal at the field it names or above the form."""
    try:
        return deed()
    except Refusal as refusal:
        field = getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, str(refusal))
        return None


def store_once(request: HttpRequest, form: forms.BaseForm, deed: Callable[[], object], done: str | Promise) -> bool:
    """Do `deed` of a valid form and tell what was done; a repeat of the same form is told and counts as done.

    Returns False where it refused, with the refusal above the form.
    """
    try:
        deed()
    except DoneBefore as repeated:
        messages.info(request, str(repeated))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    else:
        messages.success(request, str(done))
    return True


def press(request: HttpRequest, deed: Callable[[], object], *, done: str | Promise, to: str) -> HttpResponse:
    """Do `deed`, tell what was done or refused, and lead to the address `to`."""
    try:
        deed()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect(to)


def status_of(*forms_shown: forms.BaseForm | forms.BaseFormSet) -> int:  # type: ignore[type-arg]
    """Return 422 where one of the forms was refused, else 200."""
    return 422 if any(form.is_bound and not form.is_valid() for form in forms_shown) else 200


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """Return a PDF to be shown in the browser, under a file name made of `name`."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name.replace("/", "-")}.pdf"'
    return response
