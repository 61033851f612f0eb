"""Auditors as a list and one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.qms.audits.instance import experience
from yantar.qms.organisation.models import AuthorityVersion, UnitVersion
from yantar.qms.organisation.queries import authorities, internal_authority_ids, names_on
from yantar.qms.people import queries
from yantar.qms.people.fields import choices, field_title
from yantar.qms.people.messages import reason_sentence
from yantar.qms.people.models import Auditor, Competence, CompetenceKind, Qualification
from yantar.qms.people.queries import AuditorFilters
from yantar.qms.people.standing import Reason, Standing, Weight
from yantar.qms.services.queries import parts_of
from yantar.qms.standards.queries import editions
from yantar.web.workspace.access import staff
from yantar.web.workspace.downloads import as_download

PER_PAGE = 50
TONES = {Weight.BLOCKS: "danger", Weight.LATE: "warning", Weight.NEAR: "secondary"}


class Filters(forms.Form):
    """What the list is narrowed by; anything that is not a choice is passed over."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    authority = forms.ChoiceField(label=_("Home authority"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    field = forms.ChoiceField(label=_("Field of audit"), required=False)
    qualification = forms.ChoiceField(label=_("May be"), required=False, choices=[("", _("all")), *Qualification.choices])
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("any")), ("ru", _("Russian")), ("en", _("English"))])
    expiring = forms.BooleanField(label=_("Competence ends within 90 days"), required=False)

    def __init__(self, data: Any, viewer: Any, on: date) -> None:
        super().__init__(data, label_suffix="")
        seen = internal_authority_ids(viewer)
        homes = [(v.authority.code, v.short) for v in authorities(viewer, on) if seen is None or v.authority_id in seen]
        offered: dict[str, list[tuple[Any, Any]]] = {
            "authority": [("", _("all")), *sorted(homes, key=lambda pair: pair[1])],
            "edition": [("", _("any")), *((one.key, one.designation) for one in editions())],
            "field": [("", _("any")), *choices()],
        }
        for name, values in offered.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What is asked, without what is empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@dataclass(frozen=True, slots=True)
class Row:
    """An auditor in the list."""

    auditor: Auditor
    home: AuthorityVersion | None
    unit: UnitVersion | None
    standing: Standing
    proofs: list[tuple[str, str]]

    @property
    def reasons(self) -> list[tuple[Any, str]]:
        return told(self.standing.warnings)

    @property
    def weakened(self) -> bool:
        """May be less than what is recorded."""
        return self.standing.may_be != self.auditor.qualification


def told(reasons: Any) -> list[tuple[Any, str]]:
    """(sentence, tone) of each reason."""
    found: list[Reason] = list(reasons)
    return [(reason_sentence(one), TONES[one.weight]) for one in found]


def proven(auditor: Auditor, on: date) -> list[tuple[str, str]]:
    """Editions that an auditor may audit on a day, each with its fields in words."""
    found: dict[str, list[str]] = {}
    for one in auditor.competences.all():
        held = one.obtained_on <= on and (one.valid_until is None or one.valid_until >= on) and (one.withdrawn_on is None or one.withdrawn_on > on)
        if held and one.kind == CompetenceKind.EDITION and one.edition is not None:
            titles = found.setdefault(one.edition.designation, [])
            if one.field not in titles:
                titles.append(one.field)
    return [(designation, ", ".join(field_title(code) for code in sorted(codes))) for designation, codes in sorted(found.items())]


@staff
@require_safe
def auditors(request: HttpRequest) -> HttpResponse:
    """Auditors whom the person may see, with what each may be today."""
    today = clock.today()
    filters = Filters(request.GET, request.user, today)
    asked = filters.asked()
    page = Paginator(queries.auditors(request.user, AuditorFilters(**asked), today), PER_PAGE).get_page(request.GET.get("page"))
    found = list(page)
    standings = queries.standings(found, today, experience()) if found else {}
    homes = names_on({one.authority_id for one in found}, today)
    units = queries.unit_names({one.unit_id for one in found if one.unit_id}, today)
    rows = [Row(one, homes.get(one.authority_id), units.get(one.unit_id or 0), standings[one.pk], proven(one, today)) for one in found]
    return render(
        request,
        "workspace/people/auditors.html",
        {
            "filters": filters,
            "filtered": bool(asked),
            "page": page,
            "rows": rows,
            "may_add": request.user.has_perm("people.change_some_auditor"),
            "may_import": request.user.has_perm("people.import_auditors"),
        },
    )


def opened(request: HttpRequest, code: str) -> Auditor:
    """An auditor whom the person may see. Raises Http404 otherwise: another authority's auditors do not exist for them."""
    found = queries.auditor(request.user, code)
    if found is None:
        raise Http404(_g("There is no such auditor, or you do not see the auditors of that authority."))
    return found


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A proof on the page: in words, and whether it counts today."""

    competence: Competence
    what: str
    state: str
    tone: str


def _proof(one: Competence, on: date) -> ProofRow:
    what = field_title(one.field) if one.kind == CompetenceKind.EDITION or one.field != "*" else ""
    if one.withdrawn_on is not None and one.withdrawn_on <= on:
        return ProofRow(one, what, _g("withdrawn"), "secondary")
    if one.valid_until is not None and one.valid_until < on:
        return ProofRow(one, what, _g("expired"), "danger")
    return ProofRow(one, what, _g("counts"), "success")


@staff
@require_safe
def auditor(request: HttpRequest, code: str) -> HttpResponse:
    """Everything recorded of one auditor, and what follows from it."""
    one, today = opened(request, code), clock.today()
    standing = queries.standings([one], today, experience())[one.pk]
    conflicts = [(row, name) for row, name in _named(one, today)]
    parts = parts_of(request.user, one)
    unit = queries.unit_names([one.unit_id] if one.unit_id else [], today).get(one.unit_id or 0)
    return render(
        request,
        "workspace/people/auditor.html",
        {
            "auditor": one,
            "home": names_on([one.authority_id], today).get(one.authority_id),
            "unit": unit,
            "standing": standing,
            "reasons": told(standing.warnings),
            "weakened": standing.may_be != one.qualification,
            "languages": [{"ru": _g("Russian"), "en": _g("English")}.get(code, code) for code in one.languages],
            "proofs": [_proof(row, today) for row in one.competences.all()],
            "absences": [(row, row.last_day >= today) for row in one.absences.all() if row.cancelled_at is None],
            "conflicts": conflicts,
            "parts": parts,
            "ended": one.valid_to is not None and one.valid_to <= today,
            "may_change": request.user.has_perm("people.change_auditor", one),
            "may_absent": request.user.has_perm("people.record_absence", one),
            "may_declare": request.user.has_perm("people.declare_conflict", one),
        },
    )


def _named(one: Auditor, on: date) -> list[tuple[Any, AuthorityVersion | None]]:
    rows = list(one.conflicts.all())
    names = names_on({row.authority_id for row in rows}, on)
    return [(row, names.get(row.authority_id)) for row in rows]


@staff
@require_safe
def scan(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """The paper behind a proof as a download."""
    one = opened(request, code)
    found = next((row for row in one.competences.all() if row.pk == pk and row.scan is not None), None)
    if found is None or found.scan is None:
        raise Http404(_g("No scan is attached."))
    return as_download(found.scan)
