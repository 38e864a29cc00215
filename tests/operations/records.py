"""What is stored, so that a test of a refusal can say: nothing was written."""

from typing import Any

from django.apps import apps


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table of ours."""
    models = apps.get_app_config("soon").get_models()
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}
