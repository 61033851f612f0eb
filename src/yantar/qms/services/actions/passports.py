"""Passports: drawn, changed, agreed, brought into force, called back, dropped. A version that was agreed is never edited."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.actions import Actor, System, action, current
from yantar.core.problems import Problem
from yantar.qms.organisation.actions.checks import clean_text, refuse_if
from yantar.qms.organisation.lines import edges, line_of, same_line
from yantar.qms.organisation.models import Authority

from .. import recording
from ..held import held_by_the_state
from ..models import PassportState, Service, ServicePassport
from ..passport_states import Step, possible
from ..promise import Content, put, write_rows
from .services import lock_service


@action("services.draw_passport", permission="services.draw_passport", target="service")
def draw_passport(
    *, by: Actor, service: Service, content: Content | None = None, base: ServicePassport | None = None, authority: Authority | None = None
) -> ServicePassport:
    """Draw the next version of a service's passport as a draft.

    content: what it says (promise.Content); base: a version whose content is taken where `content` does not say otherwise. authority: who
    will provide the service by it, of the line of the one that does now (default),
    chosen by whoever leads the quality of the whole government. A draft may lack what only an agreed passport must have.
    Raises Refused with everything wrong.
    """
    found = []
    if service.valid_to is not None and service.valid_to <= clock.today():
        found.append(Problem(_("The service has ended."), code="ended"))
    if base is not None and base.service_id != service.pk:
        found.append(Problem(_("This is a version of another service."), code="other_service", field="base"))
    refuse_if(found)
    found = _authority_problems(by, service, authority, service.authority_id)
    passport, built = recording.new_draft(service, content or {}, by=by, base=base, authority=authority)
    recording.checked_draft(passport, built, found)
    recording.save_draft(passport, built)
    current().target = passport
    return passport


def _authority_problems(by: Actor, service: Service, authority: Authority | None, present: int) -> list[Problem]:
    if authority is None or authority.pk == present:
        return []
    if not isinstance(by, System) and not by.has_perm("services.choose_authority"):
        return [Problem(_("Who provides the service is chosen by the head of quality of the government."), code="not_yours", field="authority")]
    if authority.pk == service.authority_id:
        return []
    known = edges(clock.today())
    if authority.pk in line_of([service.authority_id], known) | same_line(service.authority_id, known):
        return []
    return [Problem(_("Only an authority that follows the present one can take the service over."), code="not_in_line", field="authority")]


@action("services.change_draft", permission="services.draw_passport", target="passport")
def change_draft(*, by: Actor, passport: ServicePassport, content: Content, authority: Authority | None = None) -> ServicePassport:
    """Change what a draft says: what `content` names, lists as a whole; `authority` as for a new draft, None as before.

    Whoever changes it has drawn it. Raises Refused with everything wrong.
    """
    refuse_if(recording.step_problems(passport, Step.CHANGE))
    found = _authority_problems(by, passport.service, authority, passport.authority_id)
    built = put(passport, content)
    recording.checked_draft(passport, built, found)
    if authority is not None:
        passport.authority = authority
    passport.drawn_by, passport.drawn_at = recording.person(by), clock.now()
    passport.save()
    write_rows(passport, built)
    return passport


@action("services.agree_passport", permission="services.agree_passport", target="passport")
def agree_passport(*, by: Actor, passport: ServicePassport) -> ServicePassport:
    """Agree to a draft that somebody else drew; from now on it does not change. Raises Refused with everything it lacks.

    What looks like a document that the state already holds is no hindrance; it is recorded with the decision.
    """
    found = recording.step_problems(passport, Step.AGREE)
    rows = recording.rows_with(passport, {})
    refuse_if(found or recording.draft_problems(passport, rows, whole=True))
    if doubtful := held_by_the_state(passport):
        current().decided["held_by_the_state"] = [one.name_ru for one in doubtful]
    recording.agree(passport, by)
    return passport


@action("services.enact_passport", permission="services.enact_passport", target="passport")
def enact_passport(*, by: Actor, passport: ServicePassport, valid_from: date | None = None) -> ServicePassport:
    """Bring an agreed version into force from a day (today) on; the version before it holds until then.

    A person names today or a day to come; only the system records what was so in the past. Raises Refused with everything wrong.
    """
    day = valid_from or clock.today()
    service = lock_service(passport)
    former = recording.former_of(service)
    found = recording.step_problems(passport, Step.ENACT)
    if day < clock.today() and not isinstance(by, System):
        found.append(Problem(_("A passport comes into force today or later."), code="in_the_past", field="valid_from"))
    refuse_if([*found, *recording.enactment_problems(passport, service, former, day)])
    recording.enact(passport, service, former, day, by)
    return passport


@action("services.drop_passport", permission="services.draw_passport", target="passport")
def drop_passport(*, by: Actor, passport: ServicePassport, reason: str) -> ServicePassport:
    """Give up a draft or an agreed version that is not in force. It stays on record. Raises Refused."""
    found = recording.step_problems(passport, Step.DROP)
    if not clean_text(reason):
        found.append(Problem(_("Say why it is dropped."), code="reason_missing", field="reason"))
    refuse_if(found)
    recording.take(passport, Step.DROP)
    passport.save(update_fields=["state"])
    return passport


@action("services.call_back_passport", permission="services.enact_passport", target="passport")
def call_back_passport(*, by: Actor, passport: ServicePassport, reason: str) -> ServicePassport:
    """Take back, before its day has come, a version that was to come into force; the one before it goes on as if it had never been.

    It stays on record, and the service's public page says that it was called back and why. Raises Refused when its day has come.
    """
    service = lock_service(passport)
    passport.refresh_from_db(fields=["state", "valid_from", "valid_to"])
    found = recording.step_problems(passport, Step.CALL_BACK)
    if not found and not recording.is_to_come(passport):
        found = [Problem(_("This version holds already; only one whose day is still to come can be called back."), code="has_begun")]
    if not clean_text(reason):
        found.append(Problem(_("Say why it is called back; everybody will read it."), code="reason_missing", field="reason"))
    refuse_if(found)
    recording.call_back(passport, service, clean_text(reason), by)
    return passport


@action("services.turn_passports", permission="services.enact_passport")
def turn_passports(*, by: Actor, on: date) -> int:
    """Versions whose last day has passed are replaced, and services go over to the authority of the version now in force.

    Returns how many versions were replaced. Asked twice, the second time changes nothing.
    """
    ended = list(ServicePassport.objects.select_for_update(of=("self",)).filter(state=PassportState.IN_FORCE, valid_to__lte=on))
    for passport in ended:
        passport.state = PassportState.REPLACED
        passport.save(update_fields=["state"])
    for passport in ServicePassport.objects.filter(state=PassportState.IN_FORCE, valid_from__lte=on).select_related("service"):
        if passport.service.authority_id != passport.authority_id:
            passport.service.authority_id = passport.authority_id
            passport.service.save(update_fields=["authority"])
    current().decided["replaced"] = len(ended)
    return len(ended)


NEEDED = {
    Step.CHANGE: "draw_passport",
    Step.DROP: "draw_passport",
    Step.AGREE: "agree_passport",
    Step.ENACT: "enact_passport",
    Step.CALL_BACK: "enact_passport",
}
"""The permission that a step asks for."""


def steps_for(by: Actor, passport: ServicePassport) -> tuple[Step, ...]:
    """What a person may do with a passport now, by its state and their permissions; for pages."""
    steps = [step for step in possible(passport.state) if step != Step.CALL_BACK or recording.is_to_come(passport)]
    return tuple(step for step in steps if isinstance(by, System) or by.has_perm(f"services.{NEEDED[step]}", passport))
