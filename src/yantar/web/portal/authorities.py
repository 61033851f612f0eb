"""Authorities, as of any day."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yantar.qms.certification import queries as certification
from yantar.qms.organisation import queries as organisation
from yantar.qms.organisation.models import AuthorityKind

from .days import day_or_refuse
from .delivered import of_authority
from .limits import page


@page
def authorities(request: HttpRequest) -> HttpResponse:
    """Every authority that existed on the day, found by a part of its name in either language."""
    on = day_or_refuse(request)
    q, kind = request.GET.get("q", "").strip()[:200], request.GET.get("kind", "")
    versions = list(organisation.authorities(None, on))
    kinds = [(value, label, sum(1 for v in versions if v.kind == value)) for value, label in AuthorityKind.choices]
    found = [version for version in organisation.named(versions, q) if not kind or version.kind == kind]
    context = {
        "on": on,
        "q": q,
        "kind": kind,
        "kinds": [row for row in kinds if row[2]],
        "rows": certification.authority_rows(found, on),
        "total": len(versions),
    }
    return render(request, "portal/authorities.html", context)


@page
def authority(request: HttpRequest, code: str) -> HttpResponse:
    """One authority: what it is, its certificates over time, where it came from and what it became."""
    on = day_or_refuse(request)
    one = organisation.find_authority(code)
    if one is None:
        raise Http404(_("There is no such authority."))
    history = organisation.authority_history(one)
    version = organisation.authority_on(code, on) or next((v for v in reversed(history.versions) if v.valid_from <= on), history.versions[0])
    context = {
        "on": on,
        "authority": one,
        "version": version,
        "exists": one.holds_on(on),
        "history": history,
        "sites": organisation.sites(None, one, on),
        "units": organisation.units_tree(None, one, on),
        "certificates": certification.rows(None, certification.register(None, on=on, authority=code, order="-expires"), on),
        "supervisor": organisation.supervisor_on(one, on),
        "glance": of_authority(one, on),
    }
    return render(request, "portal/authority.html", context)
