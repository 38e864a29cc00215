"""The search over everything."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from soon.queries.listing import Reader
from soon.queries.listing.state import search_text
from soon.queries.search import Found, everything, exact

from .access import StaffRequest, staff
from .listing import drawn_rows, reader_of

# The columns that tell one result from another.
SHOWN = {
    "orders": ("number", "customer", "plan", "state", "total"),
    "customers": ("name", "email", "phone", "city"),
    "invoices": ("number", "customer", "issued", "state", "total"),
    "products": ("name", "code", "kind"),
}


@require_safe
@staff("see_orders")
def search(request: StaffRequest) -> HttpResponse:
    """Find ?q= among orders, customers, invoices and products; the exact number of one leads straight to it."""
    text = search_text(request.GET)
    if text and (found := exact(request.user, text)):
        page, argument = found
        return redirect(f"backoffice:{page}", argument)
    reader = reader_of(request)
    answers = [_shown(each, text, reader) for each in everything(request.user, text)] if text else []
    return render(request, "backoffice/search.html", {"text": text, "answers": answers})


def _shown(found: Found, text: str, reader: Reader) -> dict[str, Any]:
    columns = [found.spec.column_of[key] for key in SHOWN[found.spec.page]]
    query = QueryDict(mutable=True)
    query["q"] = text
    return {
        "title": found.title,
        "columns": columns,
        "rows": drawn_rows(found.rows, found.spec, columns, reader),
        "has_more": found.has_more,
        "url": f"{reverse(f'backoffice:{found.spec.page}')}?{query.urlencode()}",
    }
