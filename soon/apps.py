"""The one Django app of the house."""

from django.apps import AppConfig


class SoonConfig(AppConfig):
    name = "soon"
    verbose_name = "SoOn Subscriptions"
