"""Handing out a PDF."""

from django.http import HttpResponse


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Return `content` to be shown in the browser, under a file name made of `name`, kept by nobody on the way."""
    safe_name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{safe_name}.pdf"', "Cache-Control": "no-store"},
    )
