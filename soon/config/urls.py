"""Every address of the application."""

from allauth.account import views as account
from django.urls import include, path, re_path, register_converter

from soon.domain.order_numbers import OrderNumber

register_converter(OrderNumber, "order_number")

urlpatterns = [
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/reset/", account.password_reset, name="account_reset_password"),
    path("account/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    # The key has hyphens of its own, so the first one ends the number of the person.
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("account/password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("portal/", include("soon.portal.urls")),
    path("", include("soon.portal.public_urls")),
    path("", include("soon.backoffice.urls")),
]
