"""The small parts every page is made of: icons, pills, fields, headings of columns."""

import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template import Context
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy, pgettext_lazy
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_mini, heroicon_outline

register = template.Library()


@lru_cache(maxsize=512)
def _drawing(name: str, size: int, label: str) -> SafeString:
    draw = heroicon_micro if size <= 16 else heroicon_mini if size <= 20 else heroicon_outline
    spoken = {"role": "img", "aria_label": label, "aria_hidden": "false"} if label else {"aria_hidden": "true"}
    return mark_safe(draw(name, size=size, **{"class": "icon", **spoken}))  # noqa: S308 - heroicons escapes the label


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """Draw the heroicon `name`; with a label it is read aloud, without it is hidden from ears."""
    return _drawing(str(name) + "", size, str(label) + "")


class Look(NamedTuple):
    """How a state is drawn: its tone, its icon and its word."""

    tone: str
    icon: str
    label: Any


ORDER_LOOKS = {
    "quotation": Look("neutral", "document-text", gettext_lazy("Quotation")),
    "quotation_sent": Look("info", "paper-airplane", gettext_lazy("Quotation Sent")),
    "in_progress": Look("accent", "arrow-path", gettext_lazy("In Progress")),
    "closing": Look("outline-warn", "clock", gettext_lazy("Closing")),
    "paused": Look("warn", "pause", gettext_lazy("Paused")),
    "to_renew": Look("warn", "bell-alert", gettext_lazy("To Renew")),
    "renewed": Look("violet", "arrow-uturn-right", gettext_lazy("Renewed")),
    "churned": Look("danger", "x-circle", gettext_lazy("Churned")),
    "cancelled": Look("struck", "no-symbol", gettext_lazy("Cancelled")),
}

LOOKS: dict[str, dict[str, Look]] = {
    "order": ORDER_LOOKS,
    "portal_order": {**ORDER_LOOKS, "churned": Look("danger", "x-circle", gettext_lazy("Closed"))},
    "invoice": {
        "draft": Look("neutral", "pencil", gettext_lazy("Draft")),
        "due": Look("info", "calendar-days", pgettext_lazy("invoice", "Due")),
        "overdue": Look("danger", "exclamation-triangle", gettext_lazy("Overdue")),
        "partly_paid": Look("warn", "chart-pie", gettext_lazy("Partly paid")),
        "paid": Look("ok", "check-circle", gettext_lazy("Paid")),
        "credited": Look("violet", "receipt-refund", pgettext_lazy("invoice", "Credited")),
        "credit_note": Look("violet", "receipt-refund", gettext_lazy("Credit Note")),
        "cancelled": Look("struck", "no-symbol", gettext_lazy("Cancelled")),
    },
    "payment": {
        "used": Look("ok", "check-circle", pgettext_lazy("payment", "Used")),
        "unused": Look("info", "banknotes", pgettext_lazy("payment", "Credit left")),
        "reversed": Look("struck", "arrow-uturn-left", pgettext_lazy("payment", "Reversed")),
    },
    "billing_run": {
        "running": Look("info", "arrow-path", pgettext_lazy("billing run", "Running")),
        "finished": Look("ok", "check-circle", pgettext_lazy("billing run", "Finished")),
        "interrupted": Look("warn", "exclamation-triangle", pgettext_lazy("billing run", "Interrupted")),
    },
    "import": {
        "uploaded": Look("neutral", "document-text", pgettext_lazy("import", "Columns to be assigned")),
        "checking": Look("info", "arrow-path", pgettext_lazy("import", "Being checked")),
        "checked": Look("accent", "check-circle", pgettext_lazy("import", "Checked")),
        "loading": Look("info", "arrow-path", pgettext_lazy("import", "Being loaded")),
        "finished": Look("ok", "check-circle", pgettext_lazy("import", "Loaded")),
        "failed": Look("danger", "x-circle", pgettext_lazy("import", "Nothing was loaded")),
        "discarded": Look("struck", "no-symbol", pgettext_lazy("import", "Discarded")),
    },
    "bulk_row": {
        "waiting": Look("neutral", "clock", pgettext_lazy("bulk closing", "Waiting")),
        "closed": Look("ok", "check-circle", pgettext_lazy("bulk closing", "Closed")),
        "refused": Look("warn", "exclamation-triangle", pgettext_lazy("bulk closing", "Refused")),
    },
    "verification": {
        "true": Look("ok", "check-circle", gettext_lazy("Everything is true")),
        "contradicted": Look("danger", "x-circle", gettext_lazy("Not everything is true")),
        "running": Look("info", "arrow-path", pgettext_lazy("verification", "Running")),
        "interrupted": Look("warn", "exclamation-triangle", pgettext_lazy("verification", "Interrupted")),
    },
}


@register.simple_tag
def pill(tone: str, icon_name: str, label: str) -> SafeString:
    """Draw a pill: an icon and a word in one tone."""
    return format_html('<span class="pill {}">{}<span>{}</span></span>', tone, _drawing(icon_name, 16, ""), label)


@register.simple_tag
def state_pill(kind: str, state: str, label: str = "") -> SafeString:
    """Draw the state of an order or invoice; `label` replaces the word ("Closes on 31 Dec")."""
    look = LOOKS[kind].get(str(state)) or Look("neutral", "question-mark-circle", state)
    return pill(look.tone, look.icon, label or look.label)


@register.inclusion_tag("components/statusbar.html")
def statusbar(steps: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Draw the way of an order; steps are (label, done | current | ended | todo)."""
    return {"steps": steps}


@register.inclusion_tag("components/smart_button.html")
def smart_button(icon_name: str, label: str, value: object, url: str = "") -> dict[str, Any]:
    """Draw a button that counts something and leads to it."""
    return {"icon_name": icon_name, "label": label, "value": value, "url": url}


@register.simple_tag(takes_context=True)
def other_months(context: Context, first: datetime.date, last: datetime.date) -> bool:
    """Return whether the address asks for other months than the report shows, which begin on `first` and `last`."""
    query = context["request"].GET
    shown = {"from": f"{first:%Y-%m}", "to": f"{last:%Y-%m}"}
    return any(query.get(name) and query[name] != month for name, month in shown.items())


@register.simple_tag
def share_bar(per_cent: float) -> SafeString:
    """Draw a share of a whole as a bar; the figure itself must stand beside it."""
    width = max(0, min(100, round(float(per_cent))))
    return format_html(
        '<svg class="share-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="share-whole" width="100" height="6"/><rect class="share-part" width="{}" height="6"/></svg>',
        width,
    )


@register.simple_tag
def avatar(name: str) -> SafeString:
    """Draw the initials of a person; of a Vietnamese name these are the first and the given name."""
    words = str(name).split()
    letters = (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "·"
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', letters)


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Context, key: str, label: str, *, numeric: bool = False, param: str = "sort", default: str = ""
) -> dict[str, Any]:
    """Draw the heading of a column that sorts the list and says how it is sorted."""
    request = context["request"]
    current = request.GET.get(param, default)
    is_ascending, is_descending = current == key, current == f"-{key}"
    query = request.GET.copy()
    query.pop("page", None)
    query[param] = f"-{key}" if is_ascending else key
    return {
        "label": label,
        "numeric": numeric,
        "url": f"?{query.urlencode()}",
        "is_ascending": is_ascending,
        "is_descending": is_descending,
    }


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    hint: str = "",
    label: str = "",
    wide: bool = False,
    prefix: str = "",
    suffix: str = "",
) -> dict[str, Any]:
    """Draw a field of a form: label, control, what is expected, what is wrong."""
    widget = bound.field.widget
    return {
        "field": bound,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "wide": wide,
        "prefix": prefix,
        "suffix": suffix,
        "is_switch": isinstance(widget, CheckboxInput),
        "is_group": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "control": _control(bound, hint=bool(hint or bound.help_text)),
    }


def _control(bound: BoundField, *, hint: bool = False, label: str = "") -> SafeString:
    described = [bound.auto_id + "_helptext"] if hint else []
    described += [bound.auto_id + "_error"] if bound.errors else []
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if label:
        attrs["aria-label"] = label
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("components/control.html")
def control(bound: BoundField, *, label: str = "") -> dict[str, Any]:
    """Draw a control alone, as in the cells of a table; its label is only spoken."""
    spoken = label or strip_tags(str(bound.label))
    return {"field": bound, "control": bound.as_hidden() if bound.is_hidden else _control(bound, label=spoken)}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Draw what is wrong with the form, with a link to every field concerned."""
    wrong = [form[name] for name in form.errors if name in form.fields]
    return {"form": form, "wrong": wrong}


@register.inclusion_tag("components/dialog_title.html", takes_context=True)
def dialog_title(context: Context, text: str) -> dict[str, Any]:
    """Draw the title of a dialog; where the dialog is a whole page it is the page's heading."""
    htmx: Any = getattr(context["request"], "htmx", None)
    return {"text": text, "is_dialog": bool(htmx) and htmx.target == "dialog-content"}


@register.filter
def dictget(mapping: Mapping[str, Any], key: str) -> Any:
    """Return what the mapping holds under the key, or nothing."""
    return mapping.get(key)
