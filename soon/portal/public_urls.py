"""Addresses of the pages without log-in, where they are switched on: closing a contract, withdrawing from one."""

from django.urls import path

from . import declarations

app_name = "public"

urlpatterns = [
    path("close/", declarations.closing, name="closing"),
    path("withdraw/", declarations.withdrawal, name="withdrawal"),
    path("declared/<slug:key>/", declarations.declaration, name="declaration"),
    path("declared/<slug:key>/pdf/", declarations.declaration_pdf, name="declaration_pdf"),
]
