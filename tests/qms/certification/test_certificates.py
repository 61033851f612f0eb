"""Certificates: corrected, superseded, with exclusions and scans; bodies; audits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import AuthorityFactory, BodyFactory, with_role
from tests.qms.certification.support import HAND, editions, granted
from yantar.core import clock
from yantar.core.problems import Refused
from yantar.qms.certification.actions import (
    ExclusionEntry,
    SiteEntry,
    add_body,
    attach_scan,
    correct_body,
    correct_certificate,
    record_audit,
    set_exclusions,
    supersede,
    take_back_audit,
    take_back_supersession,
)
from yantar.qms.certification.models import CertificationBody, Obligation
from yantar.qms.certification.queries import public_certificate
from yantar.qms.organisation.models import Role, Site
from yantar.qms.standards.models import Edition

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def test_the_single_certificate_of_2008_stays_visible_as_the_whole_government_follows() -> None:
    """Kaliningrad: the Ministry of Finance in December 2008 to ISO 9001:2000, all authorities in March 2010 to ISO 9001:2008."""
    finance = AuthorityFactory(version__name_ru="Министерство финансов")
    with clock.at(date(2008, 12, 16)):
        early = granted("МФ-2008", date(2008, 12, 10), "2000", authority=finance, source="Пресс-релиз")
    with clock.at(date(2010, 3, 16)):
        common = granted("ПР-2010-07", date(2010, 3, 15), "2008", authority=finance)
        supersede(by=HAND, certificate=early, by_certificate=common, on=date(2010, 3, 15))
    seen = {day: public_certificate("МФ-2008", day) for day in (date(2009, 5, 1), date(2010, 3, 14), date(2010, 3, 15), date(2026, 11, 23))}
    assert [(one.status, one.edition_key, one.superseded_by.number if one.superseded_by else "") for one in seen.values() if one] == [
        ("active", "2000", ""),
        ("active", "2000", ""),
        ("superseded", "2000", "ПР-2010-07"),
        ("superseded", "2000", "ПР-2010-07"),
    ]
    later = public_certificate("ПР-2010-07", date(2010, 4, 1))
    assert later is not None
    assert [link.number for link in later.supersedes] == ["МФ-2008"]
    assert (later.iaf_status, later.edition) == ("Active", "ISO 9001:2008")


def test_superseding_in_a_circle_or_before_the_grant_is_refused() -> None:
    first, second = granted("A", date(2020, 3, 1)), granted("B", date(2023, 3, 1))
    with pytest.raises(Refused) as refused:
        supersede(by=HAND, certificate=first, by_certificate=second, on=date(2020, 2, 1))
    assert codes(refused) == {"order"}
    supersede(by=HAND, certificate=first, by_certificate=second, on=date(2023, 3, 1))
    with pytest.raises(Refused) as refused:
        supersede(by=HAND, certificate=second, by_certificate=first, on=date(2024, 3, 1))
    assert codes(refused) == {"circle"}
    with pytest.raises(Refused) as refused:
        supersede(by=HAND, certificate=first, by_certificate=second, on=date(2023, 3, 1))
    assert codes(refused) == {"already_recorded"}
    take_back_supersession(by=HAND, certificate=first, reason="Не тот сертификат")
    assert not first.periods.filter(status="superseded").exists()


def test_corrections_keep_the_decisions_and_the_history_of_the_row() -> None:
    certificate = granted(scope_en="Publik finance")
    with pytest.raises(Refused) as refused:
        correct_certificate(by=HAND, certificate=certificate, reason=" ", number="")
    assert {problem.field for problem in refused.value.problems} == {"number", "reason"}
    correct_certificate(by=HAND, certificate=certificate, reason="Опечатка", scope_en="Public finance", number="YA-1/1")
    certificate.refresh_from_db()
    assert (certificate.scope_en, certificate.scope_ru, certificate.number) == ("Public finance", "Управление финансами", "YA-1/1")
    assert [row.scope_en for row in certificate.events.order_by("pgh_id")] == ["Publik finance", "Public finance"]
    granted("YA-2")
    with pytest.raises(Refused) as refused:
        correct_certificate(by=HAND, certificate=certificate, reason="Опечатка", number="ya-2")
    assert codes(refused) == {"already_recorded"}


def test_exclusions_follow_the_terms_of_the_edition() -> None:
    edition = editions()["2008"]
    Edition.objects.filter(pk=edition.pk).update(exclusions={"mode": "exclusion", "clause": "1.2", "sections": ["7"]})
    certificate = granted(decided_on=date(2010, 3, 15), edition="2008")
    good = ExclusionEntry("7.5.2", "Результат каждого процесса проверяется", "Министр", date(2010, 2, 1))
    bad = ExclusionEntry("4.2.3", " ", "", None)
    with clock.at(date(2010, 6, 1)):
        with pytest.raises(Refused) as refused:
            set_exclusions(by=HAND, certificate=certificate, exclusions=[good, bad, good])
        assert sorted((problem.row, problem.code) for problem in refused.value.problems) == [
            (2, "not_excludable"),
            (2, "required"),
            (2, "required"),
            (2, "required"),
            (3, "twice"),
        ]
        set_exclusions(by=HAND, certificate=certificate, exclusions=[good])
        set_exclusions(by=HAND, certificate=certificate, exclusions=[ExclusionEntry("7.3", "Не проектирует", "Министр", date(2010, 2, 1))])
    assert list(certificate.exclusions.values_list("clause_number", flat=True)) == ["7.3"]


def test_a_scan_is_an_image_or_a_pdf_by_its_content() -> None:
    certificate = granted()
    picture = BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    attach_scan(by=HAND, certificate=certificate, file=SimpleUploadedFile("сертификат.png", picture.getvalue()))
    certificate.refresh_from_db()
    assert certificate.scan is not None
    assert (certificate.scan.content_type, len(certificate.scan.sha256)) == ("image/png", 64)
    with pytest.raises(Refused):
        attach_scan(by=HAND, certificate=certificate, file=SimpleUploadedFile("scan.pdf", b"<html>no</html>"))


def test_a_certificate_of_several_sites_names_its_centre() -> None:
    authority = AuthorityFactory()
    sites = [
        Site.objects.create(code=f"s{n}", authority=authority, name_ru=f"Отделение {n}", address_ru="Адрес", valid_from=date(2005, 1, 1))
        for n in range(3)
    ]
    with pytest.raises(Refused) as refused:
        granted(authority=authority, sites=[SiteEntry(site) for site in (*sites, sites[0])])
    assert codes(refused) == {"twice", "central"}
    certificate = granted(authority=authority, sites=[SiteEntry(site, is_central=site is sites[0]) for site in sites])
    assert (certificate.type, certificate.certificate_sites.count()) == ("multi_site", 3)


def test_audits_meet_obligations_and_can_be_taken_back() -> None:
    certificate = granted(decided_on=date(2024, 3, 15))
    audit = record_audit(by=HAND, certificate=certificate, kind="surveillance", ended_on=date(2025, 2, 10), days=Decimal("2.5"))
    first = Obligation.objects.filter(certificate=certificate, kind="surveillance").order_by("due_on")[0]
    assert (first.due_on, first.met_on) == (date(2025, 3, 15), date(2025, 2, 10))
    with pytest.raises(Refused) as refused:
        record_audit(by=HAND, certificate=certificate, kind="surveillance", ended_on=date(2025, 2, 10))
    assert codes(refused) == {"already_recorded"}
    take_back_audit(by=HAND, audit=audit, reason="Другое министерство")
    assert Obligation.objects.get(certificate=certificate, due_on=date(2025, 3, 15)).met_on is None
    with pytest.raises(Refused) as refused:
        take_back_audit(by=HAND, audit=audit, reason="ещё раз")
    assert codes(refused) == {"already_reversed"}
    record_audit(by=HAND, certificate=certificate, kind="surveillance", ended_on=date(2025, 2, 10))


def test_an_audit_that_can_not_be_is_refused_with_everything_at_once() -> None:
    certificate, other = granted(), granted("YA-2")
    site = Site.objects.create(code="s", authority=other.authority, name_ru="с", address_ru="а", valid_from=date(2005, 1, 1))
    strange = other.certificate_sites.create(site=site)
    with clock.at(date(2025, 1, 1)), pytest.raises(Refused) as refused:
        record_audit(
            by=HAND,
            certificate=certificate,
            kind="?",
            ended_on=date(2025, 2, 1),
            began_on=date(2025, 2, 2),
            days=Decimal(0),
            sites=[strange],
        )
    assert codes(refused) == {"kind", "future", "order", "range", "site"}


def test_bodies_are_entered_once_and_their_limits_move_obligations() -> None:
    body = add_body(by=HAND, code="Baltic", name_ru="Балтийский регистр", name_en="Baltic Register", website="https://example.org")
    assert (body.code, body.recert_start_days) == ("baltic", 180)
    with pytest.raises(Refused) as refused:
        add_body(by=HAND, code="BALTIC", name_ru="", name_en="x", country="Россия", website="нет", major_days=0)
    assert codes(refused) == {"taken", "required", "country", "website", "range", "length"}
    certificate = granted(body=body, decided_on=date(2024, 3, 15))
    correct_body(by=HAND, body=body, recert_start_days=240, address="Калининград")
    assert CertificationBody.objects.get(code="baltic").address == "Калининград"
    assert Obligation.objects.get(certificate=certificate, kind="recertification_decision").opens_on == date(2026, 7, 17)


def test_who_may_change_what() -> None:
    certificate = granted()
    coordinator = with_role(Role.COORDINATOR, certificate.authority)
    with pytest.raises(PermissionDenied):
        add_body(by=coordinator, code="x", name_ru="x", name_en="x")
    with pytest.raises(PermissionDenied):
        correct_body(by=with_role(Role.CERTIFIER), body=BodyFactory(), name_ru="x")
    with pytest.raises(PermissionDenied):
        correct_certificate(by=with_role(Role.COORDINATOR, AuthorityFactory()), certificate=certificate, reason="x", scope_ru="x")
    correct_certificate(by=coordinator, certificate=certificate, reason="Опечатка", scope_ru="Финансы")
    certificate.refresh_from_db()
    assert certificate.scope_ru == "Финансы"
