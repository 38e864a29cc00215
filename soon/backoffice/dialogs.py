"""Dialogs: one address is a dialog to a page with scripts and a whole page without."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseLocation

from .access import StaffRequest

UNPROCESSABLE = 422


def render_dialog(request: StaffRequest, template: str, context: dict[str, Any], *, refused: bool = False) -> HttpResponse:
    """Return the dialog of `template` (its partial "dialog") or its full-page twin; status 422 after a refusal."""
    part = "#dialog" if request.htmx.target == "dialog-content" else ""
    return render(request, template + part, context, status=UNPROCESSABLE if refused else 200)


def leave_for(request: StaffRequest, url: str) -> HttpResponse:
    """Return what leads to `url` after a form was accepted: in place from a dialog, else by redirect."""
    if request.htmx:
        return HttpResponseLocation(url, target="body", swap="innerHTML")
    return redirect(url)
