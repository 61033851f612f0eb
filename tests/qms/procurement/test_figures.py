"""Figures: raw beside defended, reconciled, published once, never edited; claims beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import UserFactory, with_role
from yantar.core.models import JournalEntry, Notification
from yantar.core.problems import Refused
from yantar.qms.organisation.models import Role
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.folders import folder_of
from yantar.qms.procurement.models import Dataset, Figure

from .support import BY, analyst, small

pytestmark = pytest.mark.django_db
WHY = "Перерасход подтверждён экспертизой"


def made(dataset: Dataset, **more: object) -> Figure:
    return actions.make_figure(by=BY, dataset=dataset, title_ru="Экономия за 2025 год", title_en="Savings of 2025", **more)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_figure_is_computed_raw_and_with_the_decisions() -> None:
    dataset = small()
    actions.settle(by=BY, dataset=dataset, procedure_id="c", choice="include", reason=WHY)
    actions.settle(by=BY, dataset=dataset, procedure_id="b", choice="exclude", reason="Цена за единицу")
    figure = made(dataset, population=10)
    found = queries.figure(analyst(), figure.number)
    assert found is not None
    assert (found.raw_e1.saved, found.e1.saved, found.moved) == (Decimal("100.00"), Decimal("70.00"), Decimal("-30.00"))
    assert (found.raw_e2.procedures, found.e2.procedures, found.reconciled) == (2, 2, True)
    assert (found.lost, found.lost_procedures) == (Decimal("200.00"), 1)
    assert figure.defended["per_inhabitant"] == "7.00"
    assert [one["procedure"] for one in figure.settlements] == ["b", "c"]
    assert {one["reason"] for one in figure.defended["excluded"] if one["procedures"]} == {"cancelled", "settled_out"}
    entry = JournalEntry.objects.get(action="procurement.make_figure")
    assert '"saved":"70.00"' in entry.decided


def test_numbers_go_up_by_year_and_drafts_are_not_shown_to_the_public() -> None:
    dataset = small()
    assert [made(dataset).number, made(dataset).number] == ["S-2026-001", "S-2026-002"]
    assert queries.public_figures() == []
    assert queries.public_figure("S-2026-001") is None


def test_a_period_counts_by_the_day_of_publication_both_ends_included() -> None:
    figure = made(small(), period_from=date(2025, 6, 1), period_to=date(2025, 6, 1))
    assert (figure.raw["E2"]["procedures"], figure.raw["input"]["procedures"], figure.raw["input"]["outside"]) == (1, 1, 3)


def test_a_question_is_no_decision() -> None:
    dataset = small()
    from tests.factories import AuthorityFactory

    authority = AuthorityFactory()
    with_role(Role.COORDINATOR, authority)
    actions.settle(by=BY, dataset=dataset, procedure_id="c", choice="ask", reason="?", asked=authority)
    assert made(dataset).settlements == []


def test_a_decision_outside_of_the_period_does_not_count_there() -> None:
    dataset = small()
    actions.settle(by=BY, dataset=dataset, procedure_id="c", choice="include", reason=WHY)
    figure = made(dataset, period_from=date(2025, 6, 1))
    assert (figure.settlements, figure.defended["E1"]["procedures"], figure.defended["decisions"]) == ([], 0, 0)


def test_published_once_told_and_never_edited() -> None:
    lead, by = with_role(Role.HEAD_OF_QUALITY), analyst()
    dataset = small()
    figure = actions.make_figure(by=by, dataset=dataset, title_ru="Экономия")
    actions.publish_figure(by=by, figure=figure)
    figure.refresh_from_db()
    assert (figure.state, figure.published_by) == ("published", by)
    assert Notification.objects.get(kind="procurement.published").recipient == lead
    with pytest.raises(Refused) as refused:
        actions.publish_figure(by=by, figure=figure)
    assert codes(refused) == ["state"]
    before = figure.defended
    # Neither a decision nor a newer dataset changes it.
    actions.settle(by=by, dataset=dataset, procedure_id="a", choice="exclude", reason=WHY)
    small()
    shown = queries.public_figure(figure.number)
    assert shown is not None
    assert shown.figure.defended == before
    with pytest.raises(Refused) as refused:
        actions.withdraw_figure(by=by, figure=figure, reason=" ")
    assert codes(refused) == ["required"]
    actions.withdraw_figure(by=by, figure=figure, reason="Найдена ошибка в исходном файле")
    withdrawn = queries.public_figure(figure.number)
    assert withdrawn is not None
    assert (withdrawn.figure.state, withdrawn.figure.withdrawn_why) == ("withdrawn", "Найдена ошибка в исходном файле")


def test_not_published_when_it_does_not_reconcile() -> None:
    figure = made(small())
    for value, procedures in (("0.01", 0), ("0.00", 1)):
        check = {**figure.raw["reconciliation"], "difference_value": value, "difference_procedures": procedures}
        Figure.objects.filter(pk=figure.pk).update(raw={**figure.raw, "reconciliation": check})
        with pytest.raises(Refused) as refused:
            actions.publish_figure(by=BY, figure=figure)
        assert codes(refused) == ["sums"]


def test_not_published_when_the_records_were_changed() -> None:
    figure = made(small())
    part = next((folder_of(figure.dataset) / "procedures").iterdir())
    content = bytearray(part.read_bytes())
    content[30] ^= 1
    part.write_bytes(bytes(content))
    with pytest.raises(Refused) as refused:
        actions.publish_figure(by=BY, figure=figure)
    assert codes(refused) == ["changed"]


def test_everything_wrong_is_said_at_once() -> None:
    dataset = Dataset.objects.create(title="x", origin="y", loaded_at="2026-11-23T10:00Z")
    with pytest.raises(Refused) as refused:
        made(dataset, period_from=date(2025, 2, 1), period_to=date(2025, 1, 1), population=0, method="mine")
    assert codes(refused) == ["state", "period", "range", "method"]


def test_only_who_may_publishes() -> None:
    figure = made(small())
    for person in (UserFactory(), with_role(Role.CERTIFIER), with_role(Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            actions.publish_figure(by=person, figure=figure)


CLAIM = {
    "text_ru": "Только за один год работы по новым стандартам сэкономлено более 4,5 млрд рублей",
    "amount": Decimal("4500000000"),
    "said_by": "Пресс-служба",
    "source": "Информационное агентство, 16 марта 2010",
}


def test_a_claim_says_what_is_missing_to_check_it() -> None:
    claim = actions.add_claim(by=analyst(), **CLAIM)
    found = queries.claim(analyst(), claim.pk)
    assert found is not None
    assert found.missing == ("base", "list", "method", "period", "records")
    assert all(found.missing_words)
    assert found.difference is None
    assert found.base_needed[0] == (Decimal("0.03"), Decimal("150000000000.00"))
    assert queries.public_claims() == []


def test_a_claim_beside_a_figure() -> None:
    figure = made(small())
    claim = actions.add_claim(by=BY, **{**CLAIM, "amount": Decimal("150")}, figure=figure, states_base=True)
    with pytest.raises(Refused) as refused:
        actions.publish_claim(by=BY, claim=claim)
    assert codes(refused) == ["figure"]
    actions.publish_figure(by=BY, figure=figure)
    actions.publish_claim(by=BY, claim=claim)
    shown = queries.public_claims()[0]
    assert (shown.difference, "records" in shown.missing, "base" in shown.missing) == (Decimal("50.00"), False, False)
    assert [one.pk for one in queries.public_figures()[0].claims] == [claim.pk]
    claim.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.change_claim(by=BY, claim=claim, amount=Decimal(1))
    assert codes(refused) == ["public"]
    actions.hide_claim(by=BY, claim=claim, reason="Уточняется источник")
    actions.change_claim(by=BY, claim=claim, amount=Decimal(200), clear=("figure",))
    claim.refresh_from_db()
    assert (claim.public, claim.amount, claim.figure) == (False, Decimal(200), None)


def test_a_claim_says_everything_wrong_at_once() -> None:
    with pytest.raises(Refused) as refused:
        actions.add_claim(
            by=BY,
            text_ru="",
            amount=Decimal(-1),
            said_by="",
            source="",
            currency="₽",
            about_from=date(2010, 1, 1),
            about_to=date(2009, 1, 1),
            said_on=date(2030, 1, 1),
        )
    assert [one.field for one in refused.value.problems] == ["text_ru", "said_by", "source", "amount", "currency", "about_to", "said_on"]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_often_whatever_their_length(rows: int, django_assert_num_queries) -> None:
    dataset, viewer = small(), analyst()
    for _number in range(rows):
        figure = made(dataset)
        actions.publish_figure(by=BY, figure=figure)
        actions.publish_claim(by=BY, claim=actions.add_claim(by=BY, **CLAIM, figure=figure))
    viewer.has_perm("procurement.view")
    with django_assert_num_queries(2):
        assert len(queries.figures(viewer)) == rows
    with django_assert_num_queries(2):
        assert len(queries.public_figures()) == rows
    with django_assert_num_queries(1):
        assert len(queries.claims(viewer)) == rows
    with django_assert_num_queries(1):
        assert len(queries.public_claims()) == rows
