"""Addresses of the back office: nouns, with special actions as sub-resources."""

from django.urls import path  # noqa: F401

app_name = "backoffice"

urlpatterns: list[object] = []
