"""Services as the public finds them: those with a promise in force on a day, by words in any form, by prefixes while typing, mended slips.

Everybody sees the same, so there is no viewer here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.search import SearchRank
from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.expressions import Combinable
from django.utils.translation import get_language

from yantar.core.freshness import Fresh
from yantar.qms.organisation.models import Authority, AuthorityVersion, Site
from yantar.qms.organisation.queries import names_on
from yantar.qms.services.models import Channel, Level, PassportState, Service, ServiceMonth, ServicePassport, ServiceSite
from yantar.qms.services.spelling import Vocabulary

from .words import any_word, asked, meant, tidy

LISTED = (
    *("service__code", "service__level", "service__authority", "service__valid_from", "service__valid_to", "authority"),
    *("version", "state", "valid_from", "valid_to", "name_ru", "name_en", "purpose_ru", "purpose_en"),
    *("limit_days", "limit_unit", "fee", "channels"),
)
"""Columns of a list of services; the long texts are read on a service's own page."""

_choices: Fresh[Choices] = Fresh(16)
_vocabularies: Fresh[Vocabulary] = Fresh(2)


@dataclass(frozen=True, slots=True)
class ServiceFilters:
    """Which services; empty: any. `authority`, `site`: their codes; `free`: only those free of charge."""

    q: str = ""
    authority: str = ""
    level: str = ""
    channel: str = ""
    free: bool = False
    site: str = ""

    @property
    def words(self) -> str:
        """The question as it is read: one space between words, not too long."""
        return tidy(self.q)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of services. `count`: on all pages. `mended`: the words that were searched instead of those nobody wrote ("" where none).

    `loose`: no service has all the words, these have some of them.
    """

    rows: Sequence[ServicePassport]
    count: int
    mended: str = ""
    loose: bool = False


def _span(on: date, prefix: str = "") -> Q:
    states = [PassportState.IN_FORCE, PassportState.REPLACED]
    open_end = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    return Q(**{f"{prefix}state__in": states, f"{prefix}valid_from__lte": on}) & open_end


def passports_on(on: date) -> QuerySet[ServicePassport]:
    """The passports in force on a day, of services that exist on it."""
    alive = Q(service__valid_to__isnull=True) | Q(service__valid_to__gt=on)
    return ServicePassport.objects.filter(_span(on), alive, service__valid_from__lte=on).select_related("service").defer("search")


def _filtered(rows: QuerySet[ServicePassport], filters: ServiceFilters, on: date) -> QuerySet[ServicePassport]:
    if filters.authority:
        rows = rows.filter(authority__code=filters.authority)
    if filters.level:
        rows = rows.filter(service__level=filters.level)
    if filters.channel:
        rows = rows.filter(channels__contains=[filters.channel])
    if filters.free:
        rows = rows.filter(fee=0)
    if filters.site:
        there = ServiceSite.objects.on(on).filter(site__code=filters.site)
        rows = rows.filter(service_id__in=there.values("service_id"))
    return rows


def _matching(rows: QuerySet[ServicePassport], query: Combinable) -> QuerySet[ServicePassport]:
    return rows.filter(search=query).annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "name_ru", "pk")


def _vocabulary(on: date) -> Vocabulary:
    fields = ("name_ru", "name_en", "purpose_ru", "purpose_en")
    rows = passports_on(on).select_related(None).values_list(*fields)
    return _vocabularies.get(on, lambda: Vocabulary(text for row in rows for text in row))


def search_services(filters: ServiceFilters, on: date, *, page: int = 1, limit: int = 20) -> Found:
    """Services that promise something on the day and answer the question, the best first; without words all by name.

    Where no service has all the words, slips of the pen are mended; failing that, any of the words will do. `page` from 1.
    """
    listed = passports_on(on).defer(None).only(*LISTED)
    first, rows, text = (page - 1) * limit, _filtered(listed, filters, on), filters.words

    def cut(found: QuerySet[ServicePassport], mended: str = "", loose: bool = False) -> Found:
        # The number of all rides along with the rows; only a page beyond the last one has to ask for it.
        shown = list(found.annotate(of_all=Window(Count("*")))[first : first + limit])
        count = shown[0].of_all if shown else found.count() if first else 0
        return Found(shown, count, mended, loose)

    if not text:
        return cut(rows.order_by("name_ru", "pk"))
    answer = cut(_matching(rows, asked(text)))
    if answer.count:
        return answer
    query, mended = meant(text, _vocabulary(on))
    if query is not None and (answer := cut(_matching(rows, query), mended=mended)).count:
        return answer
    if (loose := any_word(text)) is not None and (answer := cut(_matching(rows, loose), loose=True)).count:
        return answer
    return Found([], 0)


def shares_on_time(services: Iterable[int], first: date, end: date) -> dict[int, float]:
    """Of each service the share that was done on time in months from `first` until `end` (not included), 0 to 1. One query."""
    rows = ServiceMonth.objects.filter(service_id__in=list(services), month__gte=first, month__lt=end).order_by()
    sums = rows.values_list("service_id").annotate(on_time=Sum("on_time"), late=Sum("late"))
    return {key: on_time / (on_time + late) for key, on_time, late in sums if on_time + late}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer on a day: code and name; only what some service has. `names`: the authorities by key, as they are called then."""

    names: Mapping[int, AuthorityVersion]
    authorities: Sequence[tuple[str, str]]
    sites: Sequence[tuple[str, str]]
    levels: Sequence[tuple[str, str]] = field(default_factory=lambda: [(str(value), str(label)) for value, label in Level.choices])
    channels: Sequence[tuple[str, str]] = field(default_factory=lambda: [(str(value), str(label)) for value, label in Channel.choices])


def choices(on: date) -> Choices:
    """Authorities that provide services on the day and the sites where they do, in the reader's language; kept while nothing changes."""
    return _choices.get((on, get_language()), lambda: _made_choices(on))


def _made_choices(on: date) -> Choices:
    ids = list(passports_on(on).select_related(None).order_by().values_list("authority_id", flat=True).distinct())
    names = names_on(ids, on)
    named = sorted(((version.authority.code, version.name) for version in names.values()), key=lambda pair: pair[1])
    there = ServiceSite.objects.on(on).values("site_id")
    sites = sorted(((site.code, site.name) for site in Site.objects.on(on).filter(pk__in=there)), key=lambda pair: pair[1])
    return Choices(names, named, sites)


def find_service(code: str) -> Service | None:
    """A service by its code, whatever its case, if anything of it was ever in force."""
    shown = [PassportState.IN_FORCE, PassportState.REPLACED]
    return Service.objects.filter(code__iexact=code, passports__state__in=shown).select_related("authority").distinct().first()


def versions(service: Service, until: date) -> list[ServicePassport]:
    """Every version of a service's promise that came into force by a day, the latest first: past ones stay public."""
    shown = [PassportState.IN_FORCE, PassportState.REPLACED]
    return list(service.passports.filter(state__in=shown, valid_from__lte=until).defer("search").order_by("-version"))


def announced(service: Service, on: date) -> list[ServicePassport]:
    """What everybody was told on a day or before it about later days: versions that were to come into force then, and those called back, the
    latest first. One query."""
    told = Q(state__in=[PassportState.IN_FORCE, PassportState.REPLACED], valid_from__gt=on, enacted_at__date__lte=on)
    called_back = Q(state=PassportState.CALLED_BACK, called_back_at__date__lte=on)
    return list(service.passports.filter(told | called_back).defer("search").order_by("-version"))


def places(service: Service, on: date) -> list[Site]:
    """Where a service is provided on a day. One query."""
    there = ServiceSite.objects.on(on).filter(service=service).values("site_id")
    return list(Site.objects.on(on).filter(pk__in=there).order_by("name_ru", "pk"))


def with_lists(passports: Iterable[ServicePassport]) -> list[ServicePassport]:
    """The same with their variants, documents, grounds, steps and indicators read: five queries however many they are."""
    from django.db.models import prefetch_related_objects

    rows = list(passports)
    prefetch_related_objects(rows, "variants", "documents", "grounds", "steps", "indicators")
    return rows


def authority_codes(passports: Iterable[ServicePassport]) -> dict[int, str]:
    """Codes of the authorities that provide services by these passports, by key. One query."""
    return dict(Authority.objects.filter(pk__in={row.authority_id for row in passports}).values_list("pk", "code"))
