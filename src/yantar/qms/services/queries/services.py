"""Services for those who keep them: lists with drafts, one service with all its versions, what differs between two of them.

Drafts are internals: they are seen by whoever sees the authority from within. What is in force, and was, is public.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from yantar.core import clock
from yantar.core.freshness import Fresh
from yantar.qms.organisation.lines import edges, line_of, same_line
from yantar.qms.organisation.models import Authority, AuthorityKind, AuthorityVersion, Site
from yantar.qms.organisation.queries import internal_authority_ids, names_on

from ..models import PassportState, Service, ServicePassport, ServiceSite
from ..passport_states import GONE, PUBLIC
from ..promise import FIELDS, ROWS, content_of
from ..spelling import Vocabulary
from .words import asked, meant, tidy

NONE = "none"
"""A filter of the state: nothing is in force."""
PER_PAGE = 50
LIVING = (PassportState.DRAFT, PassportState.AGREED, PassportState.IN_FORCE)
"""States of versions that the list is searched by."""

_words: Fresh[Vocabulary] = Fresh(1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which services; empty: any. `state`: one of PassportState that some version has, or NONE. `text`: words in any form, or a code."""

    text: str = ""
    authority: str = ""
    level: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A service in a list. `passport`: the version in force on the day, where none is the latest one, None without any. `waiting`: a draft or
    an agreed version that is to come; `authority`: as it is called on the day."""

    service: Service
    passport: ServicePassport | None
    in_force: bool
    waiting: ServicePassport | None
    authority: AuthorityVersion | None


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page of a list; `count`: on all pages; `mended`: the words that were searched instead of those nobody wrote ("" where none)."""

    rows: Sequence[Listed]
    count: int
    page: int
    mended: str = ""

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PER_PAGE))

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1


def seen_services(viewer: Any) -> QuerySet[Service]:
    """Services of authorities that the viewer sees from within."""
    allowed = internal_authority_ids(viewer)
    rows: QuerySet[Service] = Service.objects.all()
    return rows if allowed is None else rows.filter(authority_id__in=allowed)


def services(viewer: Any, on: date, wanted: Wanted | None = None, page: int = 1) -> ListedPage:
    """One page of the services that the viewer sees and that existed on the day or begin later, by code. Four queries whatever their number;
    words that nobody wrote are mended by two or three more."""
    wanted = wanted or Wanted()
    rows = seen_services(viewer).filter(Q(valid_to=None) | Q(valid_to__gt=on))
    versions = ServicePassport.objects.filter(service=OuterRef("pk"))
    if wanted.authority:
        rows = rows.filter(authority__code=wanted.authority)
    if wanted.level:
        rows = rows.filter(level=wanted.level)
    if wanted.state == NONE:
        rows = rows.exclude(Exists(versions.filter(_holds(on))))
    elif wanted.state == PassportState.IN_FORCE:
        rows = rows.filter(Exists(versions.filter(_holds(on))))
    elif wanted.state:
        rows = rows.filter(Exists(versions.filter(state=wanted.state)))
    mended = ""
    if text := tidy(wanted.text):
        living = versions.filter(state__in=LIVING)
        allowed, rows = rows, rows.filter(Exists(living.filter(search=asked(text))) | Q(code__icontains=text))
    count = rows.count()
    if text and not count:
        query, mended = meant(text, _vocabulary())
        if query is not None:
            rows = allowed.filter(Exists(living.filter(search=query)))
            count = rows.count()
    rows = rows.order_by("code")
    page = max(1, min(page, -(-count // PER_PAGE) or 1))
    found = list(rows.select_related("authority")[(page - 1) * PER_PAGE : page * PER_PAGE])
    of = _versions_by_service([one.pk for one in found])
    names = names_on({one.authority_id for one in found}, on)
    return ListedPage([_listed(one, of.get(one.pk, []), names.get(one.authority_id), on) for one in found], count, page, mended if count else "")


def _vocabulary() -> Vocabulary:
    """The words of every version that holds or may come to hold; kept while nothing changes."""
    fields = ("name_ru", "name_en", "purpose_ru", "purpose_en")
    rows = ServicePassport.objects.filter(state__in=LIVING).values_list(*fields)
    return _words.get("all", lambda: Vocabulary(text for row in rows for text in row))


def _holds(on: date) -> Q:
    return Q(state__in=PUBLIC, valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))


def _versions_by_service(ids: Iterable[int]) -> dict[int, list[ServicePassport]]:
    of: dict[int, list[ServicePassport]] = {}
    rows = ServicePassport.objects.filter(service_id__in=list(ids)).exclude(state__in=GONE).defer("search")
    for row in rows.order_by("service_id", "-version"):
        of.setdefault(row.service_id, []).append(row)
    return of


def _listed(service: Service, versions: Sequence[ServicePassport], authority: AuthorityVersion | None, on: date) -> Listed:
    present = next((one for one in versions if holds_on(one, on)), None)
    coming = [one for one in versions if one.state in (PassportState.DRAFT, PassportState.AGREED) or (one.valid_from and one.valid_from > on)]
    return Listed(service, present or (versions[0] if versions else None), present is not None, coming[0] if coming else None, authority)


def holds_on(passport: ServicePassport, on: date) -> bool:
    """Whether the version is what the service promises on the day."""
    begins, ends = passport.valid_from, passport.valid_to
    return passport.state in PUBLIC and begins is not None and begins <= on and (ends is None or on < ends)


def seen_service(viewer: Any, code: str) -> Service | None:
    """A service that the viewer sees from within, its authority and process joined; None otherwise. One query."""
    return seen_services(viewer).filter(code=code).select_related("authority", "process").first()


def versions_for(viewer: Any, service: Service) -> list[ServicePassport]:
    """All versions of a service, the latest first, drafts and dropped ones among them, with who drew, agreed and enacted them; only those that
    were public once for a viewer from outside. One query."""
    rows = service.passports.defer("search").select_related("authority", "drawn_by", "agreed_by", "enacted_by").order_by("-version")
    allowed = internal_authority_ids(viewer)
    if allowed is not None and service.authority_id not in allowed:
        rows = rows.filter(state__in=PUBLIC)
    return list(rows)


def passport_on(service: Service, on: date) -> ServicePassport | None:
    """The version that the service promised by on a day; None where none was in force. One query."""
    return ServicePassport.objects.filter(_holds(on), service=service).defer("search").order_by("-version").first()


def passports_of_day(services_: Iterable[int], on: date) -> dict[int, ServicePassport]:
    """By the key of a service: its version in force on a day. One query."""
    return {row.service_id: row for row in ServicePassport.objects.filter(_holds(on), service_id__in=list(services_)).defer("search")}


def published_passports(service: Service) -> list[ServicePassport]:
    """Every version that is or was in force, or will be, the latest first; everybody may see them. One query."""
    return list(service.passports.filter(state__in=PUBLIC).defer("search").order_by("-version"))


def places_of(service: Service) -> list[ServiceSite]:
    """Every place of a service, those that hold first, the site joined. One query."""
    rows = ServiceSite.objects.filter(service=service).select_related("site__authority").order_by("site__code", "-valid_from")
    today = clock.today()
    return sorted(rows, key=lambda place: not place.holds_on(today))


def authorities_offered(passport: ServicePassport, on: date) -> list[tuple[Authority, str]]:
    """Who may provide the service by a draft, with their names: its present authority, and the living ones of the line. Three queries."""
    known, now = edges(on), passport.service.authority_id
    living = AuthorityVersion.objects.on(on).filter(authority_id__in=line_of([now], known) | same_line(now, known))
    ids = {*living.values_list("authority_id", flat=True), passport.authority_id}
    names = names_on(ids, on)
    rows = [(one, names[one.pk].name if one.pk in names else one.code) for one in Authority.objects.filter(pk__in=ids)]
    return sorted(rows, key=lambda pair: (pair[0].pk != passport.authority_id, pair[1]))


def sites_offered(service: Service, on: date) -> list[tuple[Site, str]]:
    """Sites where the service may be provided from a day on, with their names: those of its authority's line, then service centres. Constant
    queries."""
    known = edges(on)
    own = line_of([service.authority_id], known) | same_line(service.authority_id, known)
    versions = AuthorityVersion.objects.on(on).filter(kind=AuthorityKind.INSTITUTION).exclude(authority_id__in=own)
    centres = {one.authority_id: one.name for one in versions}
    rows = Site.objects.on(on).filter(authority_id__in=own | set(centres)).order_by("name_ru", "code")
    named = [(site, f"{centres[site.authority_id]}: {site.name}" if site.authority_id in centres else site.name) for site in rows]
    return sorted(named, key=lambda pair: (pair[0].authority_id in centres, pair[1]))


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two versions differ. `part`: a field of the passport or one of its lists; `row`: what the row of a list is called;
    `column`: the column of that row, "" where the whole row came or went, then `before` or `after` is None."""

    part: str
    row: str
    column: str
    before: Any
    after: Any


def compare(older: ServicePassport, newer: ServicePassport) -> list[Difference]:
    """In what a version differs from an older one, field by field, lists row by row. Ten queries unless the lists are prefetched.

    Rows of variants are told by their code, other rows by their Russian text; only another order of the same rows is no difference.
    """
    before, after = content_of(older), content_of(newer)
    found = [Difference(name, "", "", before[name], after[name]) for name in FIELDS if name in before and before[name] != after[name]]
    if older.authority_id != newer.authority_id:
        found.insert(0, Difference("authority", "", "", older.authority.code, newer.authority.code))
    for name in ROWS:
        found += _rows_differ(name, before[name], after[name])
    return found


def _rows_differ(name: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Difference]:
    key = "code" if name == "variants" else "name_ru"
    there = {row[key]: row for row in before}
    here = {row[key]: row for row in after}
    found = []
    for known, row in there.items():
        if known not in here:
            found.append(Difference(name, row["name_ru"], "", row["name_ru"], None))
            continue
        found += [Difference(name, row["name_ru"], column, row[column], here[known][column]) for column in row if row[column] != here[known][column]]
    return found + [Difference(name, row["name_ru"], "", None, row["name_ru"]) for known, row in here.items() if known not in there]
