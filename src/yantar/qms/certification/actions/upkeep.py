"""What Yantar does on its own: recompute what follows from the facts, remind people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Q

from yantar.core.actions import Actor, action
from yantar.qms.certification import projections, reminders
from yantar.qms.certification.models import Certificate
from yantar.qms.standards import actions as standards
from yantar.qms.standards.models import Transition


@action("certification.rebuild", permission="certification.import_certificates", summary=lambda kwargs, result: {"certificates": result})
def rebuild(*, by: Actor, progress: Callable[[int, int], None] | None = None) -> int:
    """Recompute the projections of every certificate; returns how many. `progress` is told (done, total) after each batch."""
    total = Certificate.objects.count()
    return projections.refresh(
        Certificate.objects.order_by("pk").iterator(chunk_size=projections.BATCH),
        progress=(lambda done: progress(done, total)) if progress else None,
    )


@action("certification.refresh_after_standards_change", permission="standards.change_standard")
def refresh_after_standards_change(*, by: Actor, editions: Iterable[str] | None = None) -> int:
    """Recompute the certificates that the dates of these editions (their keys; None: of any) touch; returns how many."""
    return _refresh_editions(editions)


@action("certification.change_transition", permission="standards.change_standard", target="transition")
def change_transition(
    *, by: Actor, transition: Transition, published_on: date | None, new_until: date | None, ends_on: date | None, confirmed: bool, source: str
) -> Transition:
    """Set the dates of a transition and recompute every certificate that they move."""
    changed = standards.change_transition(
        by=by,
        transition=transition,
        published_on=published_on,
        new_until=new_until,
        ends_on=ends_on,
        confirmed=confirmed,
        source=source,
    )
    _refresh_editions([changed.old.key])
    return changed


@action("certification.remind", permission="certification.import_certificates", summary=lambda kwargs, result: {"on": kwargs["on"], "told": result})
def remind(*, by: Actor, on: date) -> int:
    """Tell people what falls due within 90, 60 and 30 days and what was missed, each once; returns the number of notifications made."""
    return reminders.tell(on)


def _refresh_editions(keys: Iterable[str] | None) -> int:
    certificates = Certificate.objects.order_by("pk")
    if keys is not None:
        keys = set(keys)
        # The beginning of a transition hangs on the newer edition's publication.
        older = set(Transition.objects.filter(new__key__in=keys).values_list("old__key", flat=True))
        touched = Q(edition__key__in=keys | older) | Q(decisions__edition__key__in=keys | older)
        certificates = Certificate.objects.filter(pk__in=Certificate.objects.filter(touched).values("pk")).order_by("pk")
    return projections.refresh(certificates.iterator(chunk_size=projections.BATCH))
