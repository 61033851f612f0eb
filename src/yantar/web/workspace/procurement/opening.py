"""What every page of savings begins with: who may, which dataset, where one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yantar.qms.procurement import queries
from yantar.qms.procurement.models import Dataset, DatasetState
from yantar.web.workspace.access import demand, person

VIEW = "procurement.view"
METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a dataset's pages."""

    key: str
    label: str
    url: str
    count: int | None = None


def opened(request: HttpRequest, pk: int, *, ready: bool = True) -> Dataset:
    """The dataset of the address. 403 for who may not see savings, 404 where there is none (or, with `ready`, none that is loaded)."""
    demand(request, VIEW)
    one = queries.dataset(person(request), pk)
    if one is None or (ready and one.state != DatasetState.READY):
        raise Http404(_("There are no such records."))
    return one


def glanced(request: HttpRequest, dataset: Dataset) -> queries.Glance:
    """The stored figures of a dataset that is loaded."""
    found = queries.glance(person(request), dataset)
    if found is None:
        raise Http404(_("There are no such records."))
    return found


def tabs(dataset: Dataset, here: str, glance: queries.Glance | None = None) -> dict[str, Any]:
    """What the frame of a dataset's pages shows."""
    waiting = max(sum(one.procedures for one in glance.outliers) - glance.settled, 0) if glance is not None else None
    rows = [
        ("glance", _("At a glance"), "savings_dataset", None),
        ("spread", _("Spread and comparison"), "savings_spread", None),
        ("procedures", _("Procedures"), "savings_procedures", dataset.procedures),
        ("outliers", _("To settle"), "savings_outliers", waiting),
        ("flags", _("Flags"), "savings_flags", None),
        ("buyers", _("Buyers"), "savings_buyers", glance.buyers if glance is not None else None),
    ]
    return {
        "dataset": dataset,
        "tab": here,
        "tabs": [Tab(key, label, reverse(f"workspace:{name}", args=[dataset.pk]), count) for key, label, name, count in rows],
        "drill": reverse("workspace:savings_procedures", args=[dataset.pk]),
    }


def page_asked(request: HttpRequest) -> int:
    """The page of the address; the first where it is none."""
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def words_asked(request: HttpRequest) -> str:
    """The words to look for."""
    return request.GET.get("q", "").strip()[:200].replace("\x00", "")


def procedure_asked(request: HttpRequest) -> str:
    """The procedure of the address (`?id=`, for its number may hold any character). 404 without one."""
    found = request.GET.get("id", "")[:300]
    if not found or "\x00" in found:
        raise Http404(_("There is no such procedure."))
    return found


def one_of(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless the person holds one of the permissions."""
    if not any(request.user.has_perm(permission) for permission in permissions):
        raise PermissionDenied(permissions[0])
