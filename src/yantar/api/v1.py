"""The public register for programs, below `/api/v1/`: reading only, without sign-in, of any day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yantar.core import clock
from yantar.core.clients import absolute
from yantar.core.problems import Refused
from yantar.qms.certification import queries as certification
from yantar.qms.organisation import queries as organisation
from yantar.qms.organisation.models import AuthorityVersion

from .cases import router as cases
from .problems import problem, wrong_parameters
from .savings import router as savings
from .schemas import (
    Authorities,
    AuthorityFacts,
    AuthorityFilters,
    CertificateFacts,
    CertificateFilters,
    Certificates,
    OnDay,
    Paged,
    ProblemBody,
)
from .services import router as services
from .surface import PublicApi, known_only

api = PublicApi(
    title="Yantar",
    version="1",
    description="The public register of a government's certificates, and its published figures of savings. Free to read from any site; "
    "the rate of one client is bounded.",
    urls_namespace="api-v1",
    docs_url=None,
)
api.add_router("/savings", savings)
api.add_router("/service-cases", cases)
api.add_router("/services", services)
api.add_exception_handler(ValidationError, wrong_parameters)
api.add_exception_handler(Http404, lambda request, error: problem(404, str(error)))


def _without_key(request: HttpRequest, error: Any) -> HttpResponse:
    answer = problem(401, _("Show a key for this: Authorization: Bearer …"))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    """A body that is no JSON is wrong like any other parameter."""
    return problem(422, _("The body is not JSON")) if error.status_code == 400 else problem(error.status_code, str(error))


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(422, _("This was refused"), error.problems)


api.add_exception_handler(Refused, _refused)
api.add_exception_handler(AuthenticationError, _without_key)
api.add_exception_handler(HttpError, _not_understood)

REFUSED: dict[int, Any] = {422: ProblemBody, 429: ProblemBody}
UNKNOWN = {404: ProblemBody, **REFUSED}


@api.get("/certificates", response={200: Certificates, **REFUSED}, operation_id="certificates", summary="The register", url_name="certificates")
def certificates(request: HttpRequest, asked: Query[CertificateFilters]) -> dict[str, Any]:
    """Certificates that had been granted by the day, as they stood then, ordered by number."""
    known_only(request, CertificateFilters)
    on = asked.on or clock.today()
    found = certification.listing(
        None, on=on, q=asked.q, status=asked.status or "", edition=asked.edition, body=asked.body, authority=asked.authority
    )
    counts = certification.public_counts(on)
    figures = {name: getattr(counts, name) for name in ("total", "by_status", "confirmed", "due", "overdue")}
    return {**_head(asked, on, len(found)), "counts": figures, "items": [_row(request, one) for one in found[_slice(asked)]]}


@api.get(
    "/certificates/{path:number}",
    response={200: CertificateFacts, **UNKNOWN},
    operation_id="certificate",
    summary="One certificate",
    url_name="certificate",
)
def certificate(request: HttpRequest, number: str, asked: Query[OnDay]) -> HttpResponse:
    """A certificate by its number, whatever its case: every fact with where it is from and when it was recorded."""
    known_only(request, OnDay)
    body = certification.certificate_json(number, asked.on or clock.today(), lambda known: _page(request, "certificate", known))
    if body is None:
        raise Http404(_("There is no such certificate."))
    return HttpResponse(body, content_type="application/json")


@api.get("/authorities", response={200: Authorities, **REFUSED}, operation_id="authorities", summary="Authorities", url_name="authorities")
def authorities(request: HttpRequest, asked: Query[AuthorityFilters]) -> dict[str, Any]:
    """Authorities that existed on the day, each with the certificate that says most about it."""
    known_only(request, AuthorityFilters)
    on = asked.on or clock.today()
    found = organisation.named(organisation.authorities(None, on), asked.q)
    return {**_head(asked, on, len(found)), "items": [_item(request, one) for one in certification.authority_rows(found[_slice(asked)], on)]}


@api.get("/authorities/{code}", response={200: AuthorityFacts, **UNKNOWN}, operation_id="authority", summary="One authority", url_name="authority")
def authority(request: HttpRequest, code: str, asked: Query[OnDay]) -> dict[str, Any]:
    """An authority by its code, also one that has ended or is to come."""
    known_only(request, OnDay)
    on = asked.on or clock.today()
    one = organisation.find_authority(code) if code.isprintable() else None
    if one is None:
        raise Http404(_("There is no such authority."))
    history = organisation.authority_history(one)
    version = next((each for each in reversed(history.versions) if each.valid_from <= on), history.versions[0])
    above = organisation.supervisor_on(one, on)
    held = certification.rows(None, certification.register(None, on=on, authority=code, order="-expires"), on)
    return {
        **_names(code, version),
        "on": on,
        "url": _page(request, "authority", code),
        "exists": one.holds_on(on),
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "inn": one.inn,
        "ogrn": one.ogrn,
        "supervisor": _names(above.authority.code, above) if above else None,
        "certificates": [_row(request, row) for row in held],
        "sites": list(organisation.sites(None, one, on)),
        "versions": [
            {**_names(code, each), **{name: getattr(each, name) for name in ("valid_from", "valid_to", "personnel", "legal_basis")}}
            for each in history.versions
        ],
        "predecessors": [_kin(link) for link in history.predecessors],
        "successors": [_kin(link) for link in history.successors],
    }


def _slice(asked: Paged) -> slice:
    return slice((asked.page - 1) * asked.limit, asked.page * asked.limit)


def _head(asked: Paged, on: date, count: int) -> dict[str, Any]:
    return {"on": on, "count": count, "page": asked.page, "limit": asked.limit}


def _page(request: HttpRequest, name: str, key: str) -> str:
    """The page of the register that shows the same to people: Russian, which offers English."""
    return absolute(request, reverse(f"portal:{name}", args=[key]).removeprefix("/en"))


def _row(request: HttpRequest, row: certification.RegisterRow) -> dict[str, Any]:
    names = ("number", "type", "status", "edition", "body_ru", "body_en", "scope_ru", "scope_en", "expires_on", "holder")
    step = {"kind": row.next_kind, "due_on": row.next_due} if row.next_kind else None
    return {**{name: getattr(row, name) for name in names}, "url": _page(request, "certificate", row.number), "next_step": step}


def _names(code: str, version: AuthorityVersion) -> dict[str, Any]:
    return {"code": code, **{name: getattr(version, name) for name in ("kind", "name_ru", "name_en", "short_ru", "short_en")}}


def _item(request: HttpRequest, row: certification.AuthorityRow) -> dict[str, Any]:
    code = row.version.authority.code
    standing = {name: getattr(row, name) for name in ("number", "status", "edition", "expires_on")} if row.number else None
    return {**_names(code, row.version), "url": _page(request, "authority", code), "certificate": standing}


def _kin(link: organisation.Link) -> dict[str, Any]:
    version = link.version
    return {
        "day": link.day,
        "code": link.authority.code,
        "name_ru": version.name_ru if version else "",
        "name_en": version.name_en if version else "",
        "is_main": link.is_main,
    }
