"""Who may open a page of the back office."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from soon.models import Company, User

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of a logged-in staff member, as views behind `staff` receive it."""

    user: User
    htmx: HtmxDetails


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
View = Callable[..., HttpResponseBase]


def staff(*rights: str) -> Callable[[StaffView[P]], View]:
    """Let in staff who hold all `rights`: strangers are sent to the log-in, others are refused."""

    def decorate(view: StaffView[P]) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user: Any = request.user
            if not user.is_authenticated:
                return _to_login(request)
            if not user.is_staff_member:
                return redirect("portal:home") if request.path == "/" else _refuse()
            if not all(user.may(right) for right in rights):
                return _refuse()
            # Days and times of the back office are those of the company, wherever the server stands.
            with timezone.override(ZoneInfo(Company.ours().time_zone)):
                return view(cast(StaffRequest, request), *args, **kwargs)

        return guarded

    return decorate


def _refuse() -> HttpResponse:
    raise PermissionDenied


def _to_login(request: HttpRequest) -> HttpResponse:
    return redirect_to_login(request.get_full_path())
