"""Maps of processes: which authorities have one, and one of them drawn in its three bands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.certification.queries import register
from yantar.qms.organisation.models import Authority
from yantar.qms.organisation.queries import find_authority, internal_authority_ids, names_on
from yantar.qms.services import queries
from yantar.qms.services.models import Process, ProcessKind
from yantar.qms.services.queries import Completeness
from yantar.qms.standards.models import Edition
from yantar.qms.standards.queries import editions
from yantar.web.ui.days import day_asked
from yantar.web.workspace.access import staff

from . import risks

BANDS = {
    ProcessKind.MANAGEMENT: (_("They set the direction and check that it is kept."), "programme"),
    ProcessKind.CORE: (_("What the authority is there for: from a citizen's need to the result."), "people"),
    ProcessKind.SUPPORT: (_("They give the others people, money, data and premises."), "settings"),
}
LACKS = {"owner": _("no owner"), "indicator": _("no indicator"), "clauses": _("no clauses"), "facts": _("no facts for the risk")}


def lack_words(code: str, count: int) -> str:
    """How many processes lack something, in words."""
    texts = {
        "owner": ngettext("%(n)d without an owner", "%(n)d without an owner", count),
        "indicator": ngettext("%(n)d without an indicator", "%(n)d without an indicator", count),
        "clauses": ngettext("%(n)d without clauses", "%(n)d without clauses", count),
        "facts": ngettext("%(n)d without facts for the risk", "%(n)d without facts for the risk", count),
    }
    return texts[code] % {"n": count}


@dataclass(frozen=True, slots=True)
class Row:
    """An authority in the list: how far its map is, in words and as a share."""

    one: Completeness
    kinds: list[tuple[Any, int]]
    words: list[str]
    tone: str


def _row(one: Completeness) -> Row:
    words = [lack_words(code, one.lacks[code]) for code in LACKS if one.lacks.get(code)]
    if one.count and one.uncovered:
        words.append(ngettext("%(n)d clause not answered", "%(n)d clauses not answered", one.uncovered) % {"n": one.uncovered})
    tone = "success" if one.complete >= 90 else "warning" if one.complete >= 50 else "danger"
    return Row(one, [(kind.label, one.by_kind[kind]) for kind in ProcessKind], words, tone)


@staff
@require_safe
def processes(request: HttpRequest) -> HttpResponse:
    """How far the map of each authority is; whoever belongs to one authority alone goes to its map."""
    today = clock.today()
    rows = [_row(one) for one in queries.completeness(request.user, today)]
    if internal_authority_ids(request.user) is not None and len(rows) == 1:
        return redirect("workspace:process_map", code=rows[0].one.version.authority.code)
    rows.sort(key=lambda row: (row.one.version.kind, row.one.version.name))
    total = len(rows)
    begun = sum(1 for row in rows if row.one.count)
    context = {
        "rows": rows,
        "total": total,
        "begun": begun,
        "finished": sum(1 for row in rows if row.one.complete >= 90),
        "count": sum(row.one.count for row in rows),
        "kinds": ProcessKind,
        "edition": queries.edition_in_force(today),
        "may_import": request.user.has_perm("services.import_processes"),
    }
    return render(request, "workspace/services/processes.html", context)


def inside(request: HttpRequest, code: str) -> Authority:
    """An authority whose map the person may see. Raises Http404 otherwise."""
    one, allowed = find_authority(code), internal_authority_ids(request.user)
    if one is None or (allowed is not None and one.pk not in allowed):
        raise Http404(_g("There is no such authority, or you do not see its processes."))
    return one


def chosen_edition(request: HttpRequest, authority: Authority, offered: list[Edition], on: date) -> Edition | None:
    """The edition by whose clauses a map is measured: as the address asks, else that of the certificate, else the one in force."""
    asked = next((one for one in offered if one.key == request.GET.get("edition")), None)
    if asked is not None:
        return asked
    # Any: the type checker knows no filtered relations.
    certified: Any = register(request.user, on=on, authority=authority.code, status="active", order="-expires", annotated=False)
    designation = certified.values_list("edition_designation", flat=True).first()
    return next((one for one in offered if one.designation == designation), None) or queries.edition_in_force(on)


@staff
@require_safe
def process_map(request: HttpRequest, code: str) -> HttpResponse:
    """The map of an authority as of a day, in three bands, with the risk of each process and what no process answers."""
    one, on = inside(request, code), day_asked(request)
    offered = list(editions())
    edition = chosen_edition(request, one, offered, on)
    found = queries.map_of(request.user, one, on, edition)
    assert found is not None
    risk = risks.of_authority(one.pk, on)
    bands = [
        (band, *BANDS[ProcessKind(band.kind)], [(row, risk.get(row.process.pk), [LACKS[code] for code in row.lacks]) for row in band.processes])
        for band in found.bands
    ]
    lacking: dict[str, int] = {}
    for band in found.bands:
        for row in band.processes:
            for lack in row.lacks:
                lacking[lack] = lacking.get(lack, 0) + 1
    context = {
        "authority": one,
        "version": names_on([one.pk], on).get(one.pk),
        "on": on,
        "map": found,
        "bands": bands,
        "editions": offered,
        "edition": edition,
        "assessed": bool(risk),
        "lacking": [lack_words(code, lacking[code]) for code in LACKS if lacking.get(code)],
        "several": internal_authority_ids(request.user) is None or len(internal_authority_ids(request.user) or ()) > 1,
        "may_change": on == clock.today() and request.user.has_perm("services.change_process", one),
    }
    return render(request, "workspace/services/map.html", context)


def crumbs(request: HttpRequest, one: Process, *more: Any) -> list[tuple[Any, str]]:
    """The way to a process, or to a page below it."""
    way: list[tuple[Any, str]] = [(_("Processes"), reverse("workspace:processes"))]
    if one.authority is not None:
        name = names_on([one.authority.pk], clock.today()).get(one.authority.pk)
        way.append((name.short if name else one.authority.code, reverse("workspace:process_map", args=[one.authority.code])))
    else:
        way.append((_("Template"), reverse("workspace:process_template")))
    if not more:
        return [*way, (f"{one.code} {one.name}", "")]
    return [*way, (one.code, reverse("workspace:process", args=[one.pk])), *((words, "") for words in more)]
