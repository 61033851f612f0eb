"""Reading the standards. They are the same for every signed-in person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Prefetch, Q, QuerySet

from yantar.library import facts

from .models import AuditTimeTable, Clause, Correspondence, Edition, Transition


def editions() -> QuerySet[Edition]:
    """Every edition with its number of clauses (`clause_count`) and of those with questions (`audited_count`)."""
    return Edition.objects.annotate(
        clause_count=Count("clauses"), audited_count=Count("clauses", filter=Q(clauses__audited=True) & ~Q(clauses__question_ru=""))
    ).order_by("standard", "order", "key")


def edition(key: str) -> Edition | None:
    """One edition with its clauses, documents and transitions at hand (a constant number of queries)."""
    return (
        Edition.objects.prefetch_related(
            "clauses",
            "document_requirements",
            Prefetch("transitions_from", queryset=Transition.objects.select_related("new")),
            Prefetch("transitions_to", queryset=Transition.objects.select_related("old")),
        )
        .filter(key=key)
        .first()
    )


def clause(edition_key: str, number: str) -> Clause | None:
    """One clause with where it came from and where it went."""
    return (
        Clause.objects.select_related("edition", "parent")
        .prefetch_related(
            "children",
            Prefetch("went_to", queryset=Correspondence.objects.select_related("new__edition").order_by("new__order")),
            Prefetch("came_from", queryset=Correspondence.objects.select_related("old__edition").order_by("old__order")),
        )
        .filter(edition__key=edition_key, number=number)
        .first()
    )


def transitions() -> QuerySet[Transition]:
    """Every transition between editions, the older ones first."""
    return Transition.objects.select_related("old", "new").order_by("published_on", "pk")


def correspondence(old_key: str, new_key: str) -> QuerySet[Correspondence]:
    """The whole correspondence of two editions in the order of the older one."""
    return (
        Correspondence.objects.filter(old__edition__key=old_key, new__edition__key=new_key)
        .select_related("old", "new")
        .order_by("old__order", "new__order")
    )


def audit_time_table(key: str = "qms") -> facts.AuditTimeTable | None:
    """The audit-time table as the engine takes it, or None before the library was loaded."""
    row = AuditTimeTable.objects.filter(key=key).first()
    if row is None:
        return None
    table = row.table
    return facts.AuditTimeTable(
        key=row.key,
        bands=tuple(facts.AuditTimeBand(lower, upper, Decimal(days)) for lower, upper, days in table["bands"]),
        hours_per_day=table["hours_per_day"],
        surveillance_ratio=Fraction(table["surveillance_ratio"]),
        recertification_ratio=Fraction(table["recertification_ratio"]),
        max_reduction=Fraction(table["max_reduction"]),
        onsite_share=Fraction(table["onsite_share"]),
        beyond_growth=Fraction(table["beyond_growth"]),
        beyond_step=Decimal(table["beyond_step"]),
        confirmed=row.confirmed,
        unconfirmed=tuple(table["unconfirmed"]),
        source=tuple(row.source.split("\n")),
        checked_on=row.checked_on or date.min,
        digest=row.digest,
    )
