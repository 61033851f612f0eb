"""Components: one way to show a status, a date, a figure, a person. Built into every template, nothing to load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yantar.core import clock
from yantar.qms.certification.models import Status
from yantar.web.ui.charts.bars import Part, bar_svg
from yantar.web.ui.charts.line_of_dates import line_of_dates_html
from yantar.web.ui.icons import ICONS

register = template.Library()

NOTHING = "—"
SOON = 90
"""Days before a deadline from which it is shown as near (the first reminder goes out then)."""

STATUS_LOOK: dict[str, tuple[str, str]] = {
    "draft": ("secondary", "draft"),
    "active": ("success", "check"),
    "suspended": ("danger", "pause"),
    "withdrawn": ("danger", "cross"),
    "expired": ("danger", "clock"),
    "superseded": ("secondary", "next"),
}
"""Status of a certificate → tone and icon."""

TONE_ICON = {"success": "check", "warning": "clock", "danger": "late", "secondary": "dot", "primary": "info"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon in the colour of the text. Without a label it is decoration that screen readers skip."""
    inner = mark_safe(ICONS[name])  # noqa: S308 - our own drawings
    if label:
        return format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, inner)
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', inner)


@register.simple_tag
def badge(text: Any, tone: str = "secondary", icon_name: str | None = None) -> SafeString:
    """Words with an icon on a tinted ground; tones: success, warning, danger, secondary, primary. `icon_name=""`: no icon."""
    name = TONE_ICON[tone] if icon_name is None else icon_name
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, icon(name) if name else "", text)


@register.simple_tag
def status(value: Any, text: Any = "") -> SafeString:
    """The badge of a certificate's status: takes the status, or anything with `.status`; `text` replaces the usual word."""
    code = str(getattr(value, "status", value) or "draft")
    tone, name = STATUS_LOOK.get(code, ("secondary", "dot"))
    words = text or (Status(code).label if code in Status.values else code)
    return badge(words, tone, name)


@register.simple_tag
def day(value: date | datetime | None, nothing: str = NOTHING) -> SafeString:
    """A date as `<time>`: 15.03.2024, or 15 Mar 2024."""
    if value is None or value == "":
        return SafeString(nothing)
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return format_html('<time class="day" datetime="{}">{}</time>', value.isoformat(), formats.date_format(value, "SHORT_DATE_FORMAT"))


@register.simple_tag
def moment(value: datetime | None, nothing: str = NOTHING) -> SafeString:
    """A date with the time of day in the government's zone."""
    if value is None or value == "":
        return SafeString(nothing)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html(
        '<time class="day" datetime="{}">{}</time>', local.isoformat(timespec="seconds"), formats.date_format(local, "SHORT_DATETIME_FORMAT")
    )


@register.simple_tag
def days_left(days: int) -> str:
    """Words for a number of days until a deadline; negative: that many days late."""
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": number(days)}
    return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": number(-days)}


@register.simple_tag(takes_context=True)
def due(context: Context, value: date | None, today: date | None = None) -> SafeString:
    """A deadline: its date and a badge that says how near it is (late, within 90 days, later). `today`: the day the page is asked for."""
    if value is None:
        return SafeString(NOTHING)
    today = today or context.get("on") or clock.today()
    left = (value - today).days
    tone = "danger" if left < 0 else "warning" if left <= SOON else "secondary"
    return format_html('<span class="due">{} {}</span>', day(value), badge(days_left(left), tone, "clock" if left >= 0 else "late"))


@register.simple_tag
def number(value: int | float | Decimal | None, decimals: int | None = None, nothing: str = NOTHING) -> str:
    """A number with its thousands apart, in the manner of the page's language."""
    if value is None or value == "":
        return nothing
    return str(formats.number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True))


@register.simple_tag
def money(value: int | Decimal | None, nothing: str = NOTHING) -> str:
    """Roubles with kopecks: `1 234,50 ₽`. A whole number is kopecks, a Decimal is roubles."""
    if value is None or value == "":
        return nothing
    roubles = value if isinstance(value, Decimal) else Decimal(value) / 100
    return f"{number(roubles, 2)}\u00a0₽"


@register.inclusion_tag("ui/components/figure.html")
def figure(title: Any, value: Any, note: Any = "", tone: str = "", url: str = "", icon_name: str = "") -> dict[str, Any]:
    """A card with one figure: what it is, how much, and what to make of it. With a url the whole card leads there."""
    return {"title": title, "value": value, "note": note, "tone": tone, "url": url, "icon_name": icon_name}


@register.simple_tag
def person(user: Any, nothing: str = NOTHING) -> SafeString:
    """A person by name and, where known, post."""
    if user is None:
        return SafeString(nothing)
    post = getattr(user, "post", "")
    second = format_html('<span class="second">{}</span>', post) if post else ""
    return format_html('<span class="person">{}{}</span>', str(user), second)


@register.inclusion_tag("ui/components/definitions.html")
def definition_list(rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Pairs of a word and what it is here; pairs without a value are left out. By hand: `<dl class="definitions"><div><dt>…<dd>…`."""
    return {"rows": [(row[0], row[1]) for row in rows if row[1] not in (None, "")]}


@register.simple_tag
def row(label: Any, value: Any, nothing: str = "") -> SafeString:
    """One pair inside `<dl class="definitions">`; without a value and `nothing` it is left out."""
    shown = nothing if value in (None, "") else value
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, shown) if shown else SafeString("")


@register.inclusion_tag("ui/components/breadcrumbs.html")
def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """`{% breadcrumbs label url label url last_label %}`: the way here; the last one is this page."""
    pairs = [(parts[i], parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2)]
    return {"crumbs": pairs}


@register.simple_tag(takes_context=True)
def url_with(context: Context, **kwargs: Any) -> str:
    """This page's address with some parameters changed; None or an empty value takes one away."""
    request = context["request"]
    query = request.GET.copy()
    for key, value in kwargs.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value.isoformat() if isinstance(value, date) else str(value)
    return f"{request.path}?{query.urlencode()}" if query else str(request.path)


@register.simple_tag(takes_context=True)
def page_url(context: Context, page: Any, parameter: str = "") -> str:
    """The address of another page of the same list; `parameter` names the page's number there (usually `page`)."""
    return url_with(context, **{parameter or "page": page})


@register.simple_tag(takes_context=True)
def language_url(context: Context, language: str) -> str:
    """The address of the same page, with the same parameters, in another language."""
    prefix = get_script_prefix()
    request = context.get("request")
    if request is None:
        return f"{prefix}en/" if language == "en" else prefix
    rest = request.get_full_path()[len(prefix) :]
    bare = rest.partition("?")[0]
    if bare == "en" or bare.startswith("en/"):
        rest = rest[2:].lstrip("/")
    return f"{prefix}en/{rest}" if language == "en" else prefix + rest


@register.simple_tag
def line_of_dates(milestones: Sequence[Any], today: date, begins_on: date, ends_on: date) -> SafeString:
    """The cycle of a certificate drawn as a line; the page shows a table of the same beneath."""
    return line_of_dates_html(milestones, today, begins_on, ends_on)


@register.simple_tag
def status_bar(counts: Mapping[str, int], title: str = "") -> SafeString:
    """How many certificates are in which status: a bar and its figures. Statuses with none are left out."""
    parts = [
        Part(str(Status(code).label), counts.get(code, 0), STATUS_LOOK.get(code, ("secondary", "dot"))[0])
        for code in Status.values
        if counts.get(code)
    ]
    return bar_svg(parts, title or _("Certificates by status"))


@register.simple_tag(takes_context=True)
def demo_accounts(context: Context) -> list[Any]:
    """Accounts to try the demonstration with; none for a real government."""
    from yantar.web.ui.demonstration import accounts

    return accounts(context["house"])


@register.filter
def tone_of_message(tags: str) -> str:
    """The tone of a message of django.contrib.messages."""
    return {"success": "success", "warning": "warning", "error": "danger"}.get(tags.split(" ")[-1] if tags else "", "primary")


class KeepNode(Node):
    """Renders its inside once and keeps it under a name for the rest of the page."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - rendered by the template itself
        return SafeString("")


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """`{% keep name %}…{% endkeep %}`: lets a page's title be written once and stand both in the head and on the page."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodelist, name)
