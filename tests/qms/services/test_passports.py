"""Services and their passports: drawn, agreed, in force, replaced, dropped; places; everything wrong at once."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import AuthorityFactory, with_role
from tests.qms.organisation.conftest import refused
from yantar.core import clock
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.qms.organisation.actions import abolish, create_site
from yantar.qms.organisation.models import Authority, Role
from yantar.qms.services import actions, held, promise, queries
from yantar.qms.services.models import PassportState, Service, ServicePassport, ServiceSite
from yantar.qms.services.passport_states import BY_TIME, TRANSITIONS, Step, mermaid, possible
from yantar.qms.services.tasks import turn_passports_of_the_day

from .conftest import TODAY, Add
from .promises import BY, SINCE, content, enacted, service_of

NEXT = date(2027, 1, 1)


@pytest.fixture
def service(finance: Authority) -> Service:
    return service_of(finance)


def again(passport: ServicePassport) -> ServicePassport:
    return ServicePassport.objects.get(pk=passport.pk)


def draft_of(service: Service, **more: Any) -> ServicePassport:
    made: ServicePassport = actions.draw_passport(by=BY, service=service, content=content(**more))
    return made


def test_a_service_is_entered_and_changed(finance: Authority, health: Authority, add: Add) -> None:
    one = service_of(finance, level="municipal", process=add())
    assert (one.code, one.level, one.valid_from) == ("income", "municipal", SINCE)
    actions.change_service(by=BY, service=one, level="state", no_process=True)
    one.refresh_from_db()
    assert (one.level, one.process) == ("state", None)
    foreign = add(authority=health, code="H1")
    with refused("taken", "invalid_choice", "process_elsewhere", "not_yet"):
        actions.add_service(by=BY, authority=finance, code="Income", level="x", process=foreign, valid_from=date(1990, 1, 1))


def test_the_way_of_a_passport(service: Service) -> None:
    draft = draft_of(service)
    assert (draft.version, draft.state, draft.authority_id, draft.channels) == (1, "draft", service.authority_id, ["person", "portal"])
    assert [(row.code, row.limit_unit) for row in draft.variants.all()] == [("family", "working")]
    actions.agree_passport(by=BY, passport=draft)
    first = actions.enact_passport(by=BY, passport=draft, valid_from=SINCE)
    assert (first.state, first.valid_from, first.valid_to) == ("in_force", SINCE, None)
    second = enacted(service, date(2026, 11, 1), limit_days=8)
    assert (second.version, again(first).state, again(first).valid_to) == (2, "replaced", date(2026, 11, 1))
    third = enacted(service, NEXT, limit_days=7)
    # The next one is known, the present one holds until then.
    assert (again(third).state, again(second).state, again(second).valid_to) == ("in_force", "in_force", NEXT)
    assert actions.turn_passports(by=BY, on=TODAY) == 0
    with clock.at(NEXT):
        assert actions.turn_passports(by=BY, on=NEXT) == 1 and actions.turn_passports(by=BY, on=NEXT) == 0
    assert [again(one).state for one in (first, second, third)] == ["replaced", "replaced", "in_force"]


def test_a_copy_is_changed_where_it_says_so(service: Service) -> None:
    first = enacted(service, SINCE)
    second = actions.draw_passport(by=BY, service=service, base=first, content={"limit_days": 9, "grounds": []})
    mine, base = promise.content_of(second), promise.content_of(first)
    assert {name for name in mine if mine[name] != base[name]} == {"limit_days", "grounds"}
    assert again(first).grounds.count() == 1, "the copied version keeps its rows"
    actions.change_draft(by=BY, passport=second, content={"fee": "200", "steps": [{"name_ru": " Проверка  всего ", "limit_days": 2}]})
    second = again(second)
    assert (second.fee, [row.name_ru for row in second.steps.all()], second.documents.count()) == (Decimal(200), ["Проверка всего"], 2)
    with pytest.raises(TypeError):
        actions.change_draft(by=BY, passport=second, content={"state": "in_force"})
    with pytest.raises(TypeError):
        actions.change_draft(by=BY, passport=second, content={"steps": [{"passport": first}]})


def test_a_draft_may_lack_what_an_agreed_passport_has(service: Service) -> None:
    draft = actions.draw_passport(
        by=BY, service=service, content={"name_ru": "Услуга", "limit_days": 5, "documents": [{"name_ru": "Выписка", "source": "interagency"}]}
    )
    with refused("basis_missing", "applicants_missing", "result_missing", "complaint_missing", "channel_missing", "holder_missing"):
        actions.agree_passport(by=BY, passport=draft)
    actions.change_draft(by=BY, passport=draft, content={**content(), "documents": []})
    with refused("documents_missing"):
        actions.agree_passport(by=BY, passport=draft)
    actions.change_draft(by=BY, passport=draft, content={"no_documents": True})
    actions.agree_passport(by=BY, passport=draft)
    assert again(draft).state == "agreed"


def test_everything_wrong_at_once(service: Service) -> None:
    with refused("blank", "negative", "item_invalid", "out_of_range", "taken", "blank", "invalid_choice", "longer_than_whole", "out_of_range"):
        draft_of(
            service,
            name_ru=" ",
            fee=-1,
            channels=["pigeon"],
            variants=[{"code": "a", "name_ru": "А"}, {"code": "A", "name_ru": "Б"}],
            documents=[{"name_ru": "", "source": "neighbour"}],
            waiting_minutes=10_000,
            steps=[{"name_ru": "Всё", "limit_days": 11}, {"name_ru": "Ничего", "limit_days": 0}],
        )
    assert not ServicePassport.objects.exists()


def test_problems_of_rows_name_their_place(service: Service) -> None:
    with pytest.raises(Refused) as wrong:
        draft_of(service, steps=[{"name_ru": "Ничего"}, {"name_ru": "Всё", "limit_days": 15, "limit_unit": "calendar"}], variants=[])
    assert [problem.field for problem in wrong.value.problems] == ["steps-1-limit_days"]


@pytest.mark.parametrize(("days", "unit", "fits"), [(10, "working", True), (11, "working", False), (14, "calendar", True), (15, "calendar", False)])
def test_a_step_lasts_no_longer_than_the_whole(service: Service, days: int, unit: str, fits: bool) -> None:
    steps = [{"name_ru": "Шаг", "limit_days": days, "limit_unit": unit}]
    if fits:
        assert draft_of(service, steps=steps).steps.get().limit_days == days
    else:
        with refused("longer_than_whole"):
            draft_of(service, steps=steps)
    # A variant with a longer limit makes room.
    assert draft_of(service, steps=steps, variants=[{"code": "x", "name_ru": "Икс", "limit_days": 20}]).variants.count() == 1


@pytest.mark.parametrize("state", list(PassportState))
@pytest.mark.parametrize("step", list(Step))
def test_every_step_in_every_state(service: Service, state: PassportState, step: Step) -> None:
    passport = draft_of(service)
    ServicePassport.objects.filter(pk=passport.pk).update(state=state, valid_from=NEXT)
    doings = {
        Step.CHANGE: lambda: actions.change_draft(by=BY, passport=passport, content={"limit_days": 9}),
        Step.AGREE: lambda: actions.agree_passport(by=BY, passport=passport),
        Step.ENACT: lambda: actions.enact_passport(by=BY, passport=passport, valid_from=NEXT),
        Step.DROP: lambda: actions.drop_passport(by=BY, passport=passport, reason="не нужна"),
        Step.CALL_BACK: lambda: actions.call_back_passport(by=BY, passport=passport, reason="рано"),
    }
    if (state, step) in TRANSITIONS:
        doings[step]()
        assert again(passport).state == TRANSITIONS[state, step]
    else:
        with pytest.raises(Refused) as no:
            doings[step]()
        assert "wrong_state" in {problem.code for problem in no.value.problems}
        assert again(passport).state == state


def test_called_back_before_its_day(service: Service) -> None:
    first = enacted(service, SINCE)
    head = with_role(Role.HEAD_OF_QUALITY)
    second = enacted(service, NEXT, limit_days=7)
    assert again(first).valid_to == NEXT
    with refused("reason_missing"):
        actions.call_back_passport(by=head, passport=second, reason=" ")
    actions.call_back_passport(by=head, passport=second, reason="Указ отменён")
    first, second = again(first), again(second)
    assert (first.state, first.valid_to) == ("in_force", None)
    assert (second.state, second.valid_from, second.called_back_by, second.call_back_reason) == ("recalled", NEXT, head, "Указ отменён")
    with clock.at(NEXT):
        assert actions.turn_passports(by=BY, on=NEXT) == 0
    # The next one begins as if it had never been, on the same day too.
    third = enacted(service, NEXT, limit_days=6)
    assert (third.version, again(first).valid_to) == (3, NEXT)
    assert json.loads(JournalEntry.objects.get(action="services.call_back_passport").decided)["reason"] == "Указ отменён"


def test_one_of_two_to_come_is_called_back(service: Service) -> None:
    first = enacted(service, SINCE)
    second, third = enacted(service, NEXT), enacted(service, date(2027, 2, 1))
    actions.call_back_passport(by=BY, passport=second, reason="рано")
    assert (again(first).valid_to, again(third).valid_to, again(third).state) == (date(2027, 2, 1), None, "in_force")
    actions.call_back_passport(by=BY, passport=third, reason="рано")
    assert again(first).valid_to is None


def test_what_holds_is_not_called_back(service: Service, finance: Authority) -> None:
    first = enacted(service, TODAY)
    with refused("has_begun", "reason_missing"):
        actions.call_back_passport(by=BY, passport=first, reason="")
    second = enacted(service, NEXT)
    with pytest.raises(PermissionDenied):
        actions.call_back_passport(by=with_role(Role.COORDINATOR, finance), passport=second, reason="рано")
    with clock.at(NEXT), refused("has_begun"):
        actions.call_back_passport(by=BY, passport=second, reason="поздно")


def test_the_table_of_states_is_whole() -> None:
    reached = set(TRANSITIONS.values()) | {after for _before, after in BY_TIME} | {PassportState.DRAFT}
    assert reached == set(PassportState)
    assert possible("draft") == (Step.CHANGE, Step.AGREE, Step.DROP) and possible("replaced") == ()
    assert "agreed --> in_force: enact" in mermaid()


def test_days_of_coming_into_force(service: Service, finance: Authority) -> None:
    head = with_role(Role.HEAD_OF_QUALITY)
    first = draft_of(service)
    actions.agree_passport(by=BY, passport=first)
    with refused("in_the_past", "service_not_valid"):
        actions.enact_passport(by=head, passport=first, valid_from=date(2019, 1, 1))
    actions.enact_passport(by=head, passport=first)
    assert again(first).valid_from == TODAY
    second = draft_of(service)
    actions.agree_passport(by=BY, passport=second)
    with refused("not_later"):
        actions.enact_passport(by=head, passport=second, valid_from=TODAY)
    with refused("blank"):
        actions.draw_passport(by=BY, service=service, base=first, content={"name_ru": ""})
    with refused("reason_missing"):
        actions.drop_passport(by=BY, passport=second, reason=" ")


def test_the_authority_must_exist_and_hands_over_along_its_line(finance: Authority, health: Authority) -> None:
    service = service_of(finance)
    enacted(service, SINCE)
    heir = AuthorityFactory(code="heir")
    with refused("not_in_line"):
        actions.draw_passport(by=BY, service=service, content=content(), authority=health)
    abolish(by=BY, authority=finance, effective_on=date(2026, 1, 1), successor=heir)
    orphan = draft_of(service)
    actions.agree_passport(by=BY, passport=orphan)
    with refused("abolished"):
        actions.enact_passport(by=BY, passport=orphan)
    draft = actions.draw_passport(by=BY, service=service, content=content(), authority=heir)
    actions.agree_passport(by=BY, passport=draft)
    actions.enact_passport(by=BY, passport=draft)
    service.refresh_from_db()
    assert service.authority == heir


def test_the_authority_of_a_draft_is_chosen_for_the_whole_government(finance: Authority) -> None:
    service, heir = service_of(finance), AuthorityFactory(code="heir")
    abolish(by=BY, authority=finance, effective_on=date(2026, 1, 1), successor=heir)
    coordinator, quality = with_role(Role.COORDINATOR, heir), with_role(Role.HEAD_OF_QUALITY)
    draft = actions.draw_passport(by=coordinator, service=service, content=content())
    assert [one.code for one, _name in queries.authorities_offered(draft, TODAY)] == ["minfin", "heir"]
    with refused("not_yours"):
        actions.change_draft(by=coordinator, passport=draft, content={}, authority=heir)
    actions.change_draft(by=coordinator, passport=draft, content={}, authority=finance)
    assert actions.change_draft(by=quality, passport=draft, content={}, authority=heir).authority == heir
    # What was chosen stays with whoever changes the draft next.
    assert actions.change_draft(by=coordinator, passport=again(draft), content={}, authority=heir).authority == heir


def test_nobody_agrees_to_their_own_draft(service: Service, finance: Authority, health: Authority) -> None:
    coordinator, head = with_role(Role.COORDINATOR, finance), with_role(Role.HEAD_OF_AUTHORITY, finance)
    quality, stranger = with_role(Role.HEAD_OF_QUALITY), with_role(Role.HEAD_OF_AUTHORITY, health)
    draft = actions.draw_passport(by=coordinator, service=service, content=content())
    own = actions.draw_passport(by=quality, service=service, content=content())
    for person, passport in ((coordinator, draft), (stranger, draft), (quality, own)):
        with pytest.raises(PermissionDenied):
            actions.agree_passport(by=person, passport=passport)
    agreed = actions.agree_passport(by=head, passport=draft)
    assert (agreed.drawn_by, agreed.agreed_by) == (coordinator, head)
    with pytest.raises(PermissionDenied):
        actions.enact_passport(by=coordinator, passport=draft)
    assert actions.enact_passport(by=head, passport=draft).enacted_by == head
    entry = JournalEntry.objects.get(action="services.draw_passport", actor=coordinator)
    assert entry.authority_id == finance.pk and json.loads(entry.decided)["content"]["limit_days"] == 10


def test_what_the_state_holds_is_a_warning(service: Service, finance: Authority) -> None:
    enacted(service, SINCE)
    other = service_of(finance, "benefit")
    # Another form of the same words: the case of the noun.
    draft = draft_of(other, documents=[{"name_ru": "Сведение о доходе", "source": "applicant"}, {"name_ru": "Заявление", "source": "applicant"}])
    assert [row.name_ru for row in held.held_by_the_state(draft)] == ["Сведение о доходе"]
    actions.agree_passport(by=BY, passport=draft)
    entry = JournalEntry.objects.filter(action="services.agree_passport").latest("seq")
    assert json.loads(entry.decided)["held_by_the_state"] == ["Сведение о доходе"]


def test_places_from_a_day_on(service: Service, finance: Authority, health: Authority) -> None:
    def site(code: str, authority: Authority) -> Any:
        return create_site(by=BY, authority=authority, code=code, name_ru=code, address_ru="ул. Примерная, 1", valid_from=SINCE)

    centre = AuthorityFactory(code="mfc", version__kind="institution")
    one, two, foreign, window = site("one", finance), site("two", finance), site("far", health), site("window", centre)
    assert [place.site for place in actions.set_places(by=BY, service=service, sites=[one, window], valid_from=SINCE)] == [one, window]
    actions.set_places(by=BY, service=service, sites=[two, one])
    rows = ServiceSite.objects.filter(service=service).order_by("site__code", "valid_from").values_list("site__code", "valid_from", "valid_to")
    assert list(rows) == [("one", SINCE, None), ("two", TODAY, None), ("window", SINCE, TODAY)]
    with refused("site_elsewhere"):
        actions.set_places(by=BY, service=service, sites=[one, foreign])
    with refused("site_closed", "service_not_valid"):
        actions.set_places(by=BY, service=service, sites=[one], valid_from=date(2019, 1, 1))
    # A place that would begin today and is taken back on the same day was never one.
    actions.set_places(by=BY, service=service, sites=[one])
    assert not ServiceSite.objects.filter(site=two).exists()


def test_a_service_ends_with_everything(service: Service, finance: Authority) -> None:
    first = enacted(service, SINCE)
    draft = draft_of(service)
    enacted(service, NEXT)
    with refused("passport_later"):
        actions.end_service(by=BY, service=service, effective_on=NEXT)
    service2 = service_of(finance, "other")
    held_ = enacted(service2, SINCE)
    left = draft_of(service2)
    actions.end_service(by=BY, service=service2, effective_on=TODAY)
    assert (again(held_).state, again(held_).valid_to, again(left).state) == ("replaced", TODAY, "dropped")
    with refused("ended"):
        draft_of(Service.objects.get(pk=service2.pk))
    with refused("ended"):
        actions.change_service(by=BY, service=service2, level="state")
    assert again(first).state == "in_force" and again(draft).state == "draft"


WORDS = st.text(alphabet="абв гд\n\t xyz", max_size=20)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_written_is_read_again(service: Service, data: st.DataObject) -> None:
    """Whatever a draft accepts comes out as it went in, spaces aside; a copy of it says the same."""
    limits = st.integers(1, 3_650)
    name = st.text(alphabet="абвг", min_size=1, max_size=12)
    given_ = content(
        purpose_ru=data.draw(WORDS),
        limit_days=data.draw(limits),
        fee=data.draw(st.decimals(0, 10_000, places=2)),
        variants=[
            {"code": str(n), "name_ru": data.draw(name), "limit_days": data.draw(st.none() | limits)} for n in range(data.draw(st.integers(0, 3)))
        ],
        documents=data.draw(st.lists(st.fixed_dictionaries({"name_ru": name, "source": st.sampled_from(["applicant", "interagency"])}), max_size=3)),
        steps=[],
    )
    draft = actions.draw_passport(by=BY, service=service, content=given_)
    stored = promise.content_of(again(draft))
    assert stored["limit_days"] == given_["limit_days"] and stored["fee"] == given_["fee"]
    assert stored["purpose_ru"].split() == given_["purpose_ru"].split()
    for kind in ("variants", "documents"):
        assert [row["name_ru"] for row in stored[kind]] == [row["name_ru"] for row in given_[kind]]
    copy = actions.draw_passport(by=BY, service=service, base=draft)
    assert promise.content_of(again(copy)) == stored


def test_every_night_passports_turn(service: Service) -> None:
    first = enacted(service, SINCE)
    enacted(service, NEXT)
    with clock.at(NEXT):
        turn_passports_of_the_day(timestamp=0)
    assert again(first).state == "replaced"
