"""A flag becomes a finding, once, with its numbers as evidence in both languages."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import AuthorityFactory, GovernmentFactory, with_role
from yantar.core.models import JournalEntry
from yantar.core.problems import Refused
from yantar.qms.findings.models import Finding
from yantar.qms.organisation.models import Role
from yantar.qms.procurement import actions, queries
from yantar.qms.procurement.models import RaisedFlag

from .support import analyst, small

pytestmark = pytest.mark.django_db
GAP = "По закупке подана одна заявка, причины не исследованы"


def test_a_flag_becomes_a_finding_with_its_numbers() -> None:
    GovernmentFactory()
    by, authority, dataset = analyst(), AuthorityFactory(), small()
    made = actions.raise_finding_from_flag(
        by=by, dataset=dataset, procedure_id="b", flag="R018", authority=authority, gap=GAP, gap_en="One bid, its causes not looked into"
    )
    assert (made.origin_kind, made.authority, made.raised_by, made.grade, made.state) == ("procurement", authority, by, "observation", "noted")
    assert made.origin_label == "b"
    for part in ("500,00", "450,00", "R018", dataset.sha256[:16]):
        assert part in made.evidence.replace("\xa0", " ")
    made.refresh_from_db()
    assert "500.00" in made.evidence_en
    assert made.gap_en == "One bid, its causes not looked into"
    assert RaisedFlag.objects.get().finding == made
    page = queries.flags(by, dataset, flag="R018")
    assert page is not None
    assert page.rows[0].raised is not None
    assert page.rows[0].raised.finding == made
    entry = JournalEntry.objects.get(action="procurement.raise_finding")
    assert entry.authority_id == authority.pk
    assert json.loads(entry.decided) == {"dataset": dataset.pk, "finding": made.number, "procedure_id": "b", "flag": "R018"}


def test_only_once_and_only_a_flag_that_is_there() -> None:
    by, authority, dataset = analyst(), AuthorityFactory(), small()
    given = {"by": by, "dataset": dataset, "authority": authority, "gap": GAP}
    actions.raise_finding_from_flag(**given, procedure_id="b", flag="R018")
    with pytest.raises(Refused) as refused:
        actions.raise_finding_from_flag(**given, procedure_id="b", flag="R018")
    assert [one.code for one in refused.value.problems] == ["already"]
    with pytest.raises(Refused) as refused:
        actions.raise_finding_from_flag(**given, procedure_id="a", flag="R018")
    assert [one.code for one in refused.value.problems] == ["unknown"]
    assert Finding.objects.count() == 1


def test_what_findings_refuse_is_refused_here() -> None:
    dataset, authority = small(), AuthorityFactory()
    with pytest.raises(Refused):
        actions.raise_finding_from_flag(by=analyst(), dataset=dataset, procedure_id="b", flag="R018", authority=authority, gap=GAP, grade="major")
    assert not RaisedFlag.objects.exists()
    with pytest.raises(PermissionDenied):
        actions.raise_finding_from_flag(
            by=with_role(Role.COORDINATOR, authority), dataset=dataset, procedure_id="b", flag="R018", authority=authority, gap=GAP
        )
