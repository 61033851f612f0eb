"""What goes out comes back without a change, and shows nobody what they may not see."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.utils import translation

from tests.factories import AuthorityFactory, with_role
from yantar.core.actions import System
from yantar.core.models import User
from yantar.qms.organisation import exchange
from yantar.qms.organisation.models import Authority, Role, Site, Unit, UnitVersion

from .test_import import ON, SMALL, book


@pytest.fixture
def filled(db: None) -> None:
    units = [["b-1", "Бюджетный департамент", "minfin", None, 40], ["b-2", "'=Отдел", "minfin", "b-1", None], ["c", "Центр", "gku", None, 3]]
    sites = [["main", "Главное «здание»", "minfin", "ул. 1; дом 2", 54.71, -20.5, "да"], ["k", "Филиал", "gku", "ул. 3", None, None, None]]
    exchange.apply(by=System("test"), file=book(SMALL, units, sites), filename="x.xlsx", on=ON)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_export_and_import_change_nothing(filled: None, fmt: str, language: str) -> None:
    admin = with_role(Role.ADMINISTRATOR)
    with translation.override(language):
        content = exchange.export(admin, ON, fmt)
        report = exchange.dry_run(io.BytesIO(content), f"export.{fmt}", admin, ON)
    assert report.problems == [] and report.warnings == [] and report.nothing_new
    assert sum(c["unchanged"] for c in report.counts.values()) == 7


def test_an_export_builds_the_same_organisation_anew(filled: None) -> None:
    admin = with_role(Role.ADMINISTRATOR)

    def facts() -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = list(Authority.objects.order_by("code").values_list("code", "inn", "supervisor__code", "valid_from"))
        found += UnitVersion.objects.order_by("unit__code").values_list("unit__code", "name_ru", "parent__code", "authority__code", "personnel")
        found += Site.objects.order_by("code").values_list("code", "name_ru", "latitude", "longitude", "is_head_office", "authority__code")
        return found

    before = facts()
    content = exchange.export(admin, ON)
    Site.objects.all().delete()
    UnitVersion.objects.all().delete()
    Unit.objects.all().delete()
    Authority.objects.update(supervisor=None)
    for authority in Authority.objects.all():
        authority.reorganisations.through.objects.filter(authority=authority).delete()
        authority.versions.all().delete()
    Authority.objects.all().delete()
    exchange.apply(by=admin, file=io.BytesIO(content), filename="x.xlsx", on=ON)
    assert facts() == before


def test_internals_of_others_are_left_out(filled: None) -> None:
    def rows(viewer: User, sheet: str) -> list[str]:
        page = openpyxl.load_workbook(io.BytesIO(exchange.export(viewer, ON)))[sheet]
        return [str(row[0]) for row in page.iter_rows(min_row=2, values_only=True)]

    coordinator = with_role(Role.COORDINATOR, Authority.objects.get(code="gku"))
    assert rows(coordinator, "Подразделения") == ["c"]
    assert sorted(rows(coordinator, "Органы власти")) == ["gku", "minfin"]
    assert sorted(rows(with_role(Role.ADMINISTRATOR), "Подразделения")) == ["b-1", "b-2", "c"]


def test_an_export_is_as_of_a_day(filled: None) -> None:
    AuthorityFactory(code="gone", valid_to=date(2020, 1, 1))
    admin = with_role(Role.ADMINISTRATOR)

    def names(day: date) -> set[str]:
        page = openpyxl.load_workbook(io.BytesIO(exchange.export(admin, day)))["Органы власти"]
        return {str(row[0]) for row in page.iter_rows(min_row=2, values_only=True)}

    assert names(ON) == {"minfin", "gku"}
    assert names(date(2010, 1, 1)) == {"minfin", "gone"}


def test_the_template_is_understood_and_empty(db: None) -> None:
    admin = with_role(Role.ADMINISTRATOR)
    for language in ("ru", "en"):
        with translation.override(language):
            report = exchange.dry_run(io.BytesIO(exchange.template()), "template.xlsx", admin, ON)
        assert report.problems == [] and report.nothing_new
        assert [note.code for note in report.notes] == ["row.example"] * 3
