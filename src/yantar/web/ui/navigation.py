"""Where the menus lead. Data only: what a person sees of it is decided by permissions, what is active by the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Item:
    """A place in a menu: `url` is the name of an address; no `permission` means everyone. `group`: the heading that it stands under."""

    label: Any
    url: str
    icon: str
    permission: str = ""
    group: Any = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as one person sees it on one page."""

    label: Any
    url: str
    icon: str
    active: bool
    group: Any = ""


PORTAL: Sequence[Item] = (
    Item(_("Overview"), "portal:home", "home"),
    Item(_("Authorities"), "portal:authorities", "authority"),
    Item(_("Certificates"), "portal:certificates", "certificate"),
    Item(_("Services"), "portal:services", "service"),
    Item(_("Appeals"), "portal:appeals", "appeal"),
    Item(_("Remarks"), "portal:remarks", "info"),
    Item(_("Savings"), "portal:savings", "savings"),
    Item(_("Verify"), "portal:verify", "check"),
)

_ANYONE = "organisation.open_workspace"
_QUALITY, _CITIZENS, _MONEY = _("Quality system"), _("Services and citizens"), _("Procurement")
_GROUNDS, _HOUSE = _("Reference"), _("Administration")

WORKSPACE: Sequence[Item] = (
    Item(_("Overview"), "workspace:home", "home", _ANYONE),
    Item(_("Authorities"), "workspace:authorities", "authority", _ANYONE),
    Item(_("Certificates"), "workspace:certificates", "certificate", _ANYONE),
    Item(_("Calendar"), "workspace:calendar", "calendar", _ANYONE),
    Item(_("What is late"), "workspace:late", "late", _ANYONE),
    Item(_("Audit programme"), "workspace:programmes", "programme", _ANYONE, _QUALITY),
    Item(_("Audits"), "workspace:audits", "audit", _ANYONE, _QUALITY),
    Item(_("Findings"), "workspace:findings", "finding", _ANYONE, _QUALITY),
    Item(_("Auditors"), "workspace:auditors", "auditor", _ANYONE, _QUALITY),
    Item(_("Processes"), "workspace:processes", "process", _ANYONE, _QUALITY),
    Item(_("Standards"), "workspace:standards", "standard", _ANYONE, _QUALITY),
    Item(_("Services"), "workspace:services", "service", _ANYONE, _CITIZENS),
    Item(_("Services delivered"), "workspace:deliveries", "service", _ANYONE, _CITIZENS),
    Item(_("Ratings of services"), "workspace:ratings", "star", _ANYONE, _CITIZENS),
    Item(_("Appeals"), "workspace:appeals", "document", _ANYONE, _CITIZENS),
    Item(_("Subjects of remarks"), "workspace:remark_subjects", "info", "feedback.change_category", _CITIZENS),
    Item(_("Personal data"), "workspace:personal_data", "person", "feedback.protect_data", _CITIZENS),
    Item(_("Savings"), "workspace:savings", "savings", "procurement.view", _MONEY),
    Item(_("Certification bodies"), "workspace:bodies", "body", _ANYONE, _GROUNDS),
    Item(_("Limits of the law"), "workspace:limits", "clock", "services.change_limits", _GROUNDS),
    Item(_("Import and export"), "workspace:imports", "import", "organisation.import_organisation", _HOUSE),
    Item(_("People and roles"), "workspace:people", "people", "organisation.give_role", _HOUSE),
    Item(_("Keys of programs"), "workspace:keys", "lock", "organisation.give_key", _HOUSE),
    Item(_("Journal"), "workspace:journal", "journal", "organisation.view_journal", _HOUSE),
    Item(_("Settings"), "workspace:settings", "settings", "organisation.change_government", _HOUSE),
)


def shown(items: Sequence[Item], request: HttpRequest) -> list[Shown]:
    """The items this person may open, with the one that the present page belongs to marked.

    A name that leads nowhere (a part that is not installed) is left out.
    """
    user = getattr(request, "user", None)
    found: list[tuple[Item, str]] = []
    for item in items:
        if item.permission and not (user is not None and user.has_perm(item.permission)):
            continue
        try:
            found.append((item, reverse(item.url)))
        except NoReverseMatch:
            continue
    home = found[0][1] if found else ""
    here = [url for _item, url in found if request.path == url or (url != home and request.path.startswith(url.rstrip("/") + "/"))]
    current = max(here, key=len, default="")
    return [Shown(item.label, url, item.icon, url == current, item.group) for item, url in found]
