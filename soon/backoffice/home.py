"""The home page: what needs attention today, the month's recurring revenue, closings and their reasons."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from soon.domain.revenue import CHURN, CONTRACTION
from soon.models import User
from soon.queries import home as questions
from soon.queries.home import Figure, FirstStep, Month
from soon.queries.verification.results import latest_contradicted
from soon.queries.worker_health import WorkerHealth, worker_health

from .access import StaffRequest, staff
from .cells import amounts_html, amounts_text
from .listing import reader_of
from .revenue_rows import kind_label
from .verifications import VERIFIES


@require_safe
@staff("see_orders")
def home(request: StaffRequest) -> HttpResponse:
    """Show what the reader should look at first."""
    reader = reader_of(request)
    if steps := questions.first_steps(reader):
        return render(request, "backoffice/home.html", {"steps": [_step(step, request.user) for step in steps]})
    closings_count, reasons = questions.top_reasons(reader)
    context = {
        "attention": [vars(each) | _shown(each.figure) for each in questions.attention(reader)],
        "month": reader.today,
        "health": _worker_that_is_gone(),
        "contradicted": latest_contradicted() if all(map(request.user.may, VERIFIES)) else None,
        "mrr": _revenue(questions.month(reader)),
        "closings": questions.latest_closings(reader),
        "closings_count": closings_count,
        "reasons": [
            {"text": each.group.text, "count": each.group.count, "percent": each.percent, "url": _url("orders", each.query)}
            | {"mrr": amounts_text(each.group.sums["mrr"], "mrr")}
            for each in reasons
        ],
        "closings_url": _url("orders", "filter=churned&sort=-closed"),
        "reasons_url": _url("orders", "filter=closed_lately&group=reason"),
    }
    return render(request, "backoffice/home.html", context)


def _worker_that_is_gone() -> WorkerHealth | None:
    """Return what is known of a worker that was here and is not any more."""
    health = worker_health(timezone.now())
    return health if health.seen_at and health.is_missing else None


def _step(step: FirstStep, user: User) -> dict[str, Any]:
    url = reverse(f"backoffice:{step.page}") if user.may(step.right) else ""
    return {"label": step.label, "is_done": step.is_done, "url": url}


def _revenue(month: Month) -> dict[str, Any]:
    movements = [
        {
            "kind": kind_label(each.kind),
            "html": amounts_html(each.sums, "mrr", sign="+" if min(each.sums.values()) > 0 else "") if each.sums else "",
            "tone": "loss" if each.kind in (CONTRACTION, CHURN) else "gain",
            "url": _url("movements", each.query),
        }
        for each in month.moved
    ]
    html = amounts_html(month.sums, "mrr") if month.sums else ""
    return {"html": html, "count": month.subscriptions, "url": _url("movements", month.query), "movements": movements}


def _shown(figure: Figure) -> dict[str, Any]:
    return {
        "url": _url(figure.spec.page, figure.query),
        "count": figure.count,
        "text": amounts_text(figure.sums, figure.kind),
        "html": amounts_html(figure.sums, figure.kind) if figure.sums else "",
    }


def _url(page: str, query: str) -> str:
    return f"{reverse(f'backoffice:{page}')}?{query}"
