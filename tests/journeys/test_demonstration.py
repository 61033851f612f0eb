"""The demonstration as people meet it: played once through the actions, then opened by everyone, in both languages and at both widths.

With `YANTAR_PICTURES=docs/pictures` (make pictures) the pictures of the documents are written anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q
from PIL import Image

from yantar.core import clock
from yantar.core.actions import System
from yantar.core.models import JournalEntry, User
from yantar.demo.build import SIGN_INS, build
from yantar.qms.certification.models import Certificate, Decision, Obligation, StatusPeriod
from yantar.qms.organisation.models import Authority, Reorganisation, Role

from . import yearly_cycle
from .conftest import DESK, PHONE, axe, fits, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = ["/", "/authorities/", "/authorities/minzdrav/", "/certificates/", "/certificates/YA-0001/", "/verify", "/accounts/login/"]
STAFF = ["/workspace/", "/workspace/certificates/", "/workspace/calendar/", "/workspace/late/", "/workspace/authorities/", "/workspace/standards/"]


def _story_is_told(today: Any) -> None:
    """What the demonstration must contain, whatever the day it is built."""
    now = StatusPeriod.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), begins_on__lte=today)
    statuses = dict(now.values_list("certificate__authority__code", "status"))
    assert (statuses["turizm"], statuses["arhivy"]) == ("suspended", "expired")
    assert sum(1 for status in statuses.values() if status == "active") >= 18
    kinds = set(Decision.objects.values_list("kind", flat=True))
    assert kinds == {"grant", "confirm", "suspend", "restore", "reduce_scope", "withdraw", "renew", "move_edition", "transfer"}
    assert Decision.objects.filter(reverses__isnull=False).exists()
    assert Decision.objects.exclude(breaches=[]).exclude(breach_reason="").exists()
    assert {"rename", "merge", "split"} <= set(Reorganisation.objects.values_list("kind", flat=True))
    first = Certificate.objects.get(number="YA-0001")
    assert (first.edition.key, first.superseded_by is not None) == ("2000", True)
    assert Obligation.objects.filter(met_on__isnull=True, due_on__range=(today, today.replace(year=today.year + 1))).exists()
    assert Obligation.objects.filter(kind="surveillance", met_on__gt=models_f("due_on")).exists()
    assert Authority.objects.count() == 28
    assert not JournalEntry.objects.filter(actor__isnull=True, system="").exists()
    assert set(User.objects.filter(email__in=[one.email for one in SIGN_INS]).values_list("roles__role", flat=True)) == set(Role.values)


def models_f(name: str) -> Any:
    """A column of the same row."""
    from django.db.models import F

    return F(name)


def _picture(path: Path, name: str) -> None:
    folder = os.environ.get("YANTAR_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        # A table of colours is enough for pages and makes the repository four times lighter.
        Image.open(path).convert("RGB").quantize(256).save(Path(folder) / f"{name}.png", optimize=True)


def test_the_demonstration(new_page: Any, sign_in: Any) -> None:
    build(by=System("test"), voices=0.1)
    today = clock.today()
    _story_is_told(today)
    konkurs = Certificate.objects.get(authority__code="konkurs").number
    head = User.objects.get(email="head@demo.example")
    for width, size in (("desk", DESK), ("phone", PHONE)):
        page, staff = new_page(viewport=size), new_page(viewport=size)
        sign_in(staff, head)
        for language, prefix in (("ru", ""), ("en", "/en")):
            for path in [*PUBLIC, f"/certificates/{konkurs}/"]:
                assert page.goto(prefix + path).status == 200, path
                fits(page)
                axe(page)
            _picture(shot(page, f"certificate-{language}-{width}"), f"certificate-{language}" if width == "desk" else f"certificate-{language}-phone")
            page.goto(f"{prefix}/")
            taken = shot(page, f"portal-{language}-{width}")
            if width == "desk":
                _picture(taken, f"portal-{language}")
            for path in [*STAFF, f"/workspace/certificates/{konkurs}/"]:
                assert staff.goto(prefix + path).status == 200, path
                assert staff.url.endswith(prefix + path), staff.url
                fits(staff)
                axe(staff)
            staff.goto(f"{prefix}/workspace/")
            taken = shot(staff, f"workspace-{language}-{width}")
            if width == "desk":
                _picture(taken, f"workspace-{language}")
    _verified_in_english_on_a_phone(new_page(viewport=PHONE, locale="en-GB", has_touch=True, is_mobile=True), konkurs)
    _by_keyboard_alone(new_page())
    yearly_cycle.walk(new_page, sign_in, _picture)


def _verified_in_english_on_a_phone(phone: Any, number: str) -> None:
    """An investor with a paper in hand."""
    phone.goto("/en/")
    phone.get_by_role("navigation").get_by_role("link", name="Verify").click()
    phone.get_by_label("Number of the certificate").fill(number.lower())
    phone.get_by_role("button", name="Verify").click()
    phone.wait_for_url(f"**/en/certificates/{number}/")
    assert phone.locator("h1").inner_text().startswith(number)
    assert "In force on" in phone.locator(".badges").inner_text()
    assert phone.get_by_role("img", name="QR code").count() == 1
    fits(phone)
    shot(phone, "verified-en-phone")
    phone.goto("/en/verify")
    phone.get_by_label("Number of the certificate").fill("YA-9999")
    phone.get_by_role("button", name="Verify").click()
    assert "What it does not mean" in phone.locator("#answer").inner_text()
    axe(phone)


def _by_keyboard_alone(page: Any) -> None:
    """From the first page to an authority without a mouse."""
    page.goto("/en/")
    for words in ("low vision", "content"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        assert words in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.get_by_role("searchbox").first.focus()
    page.keyboard.type("finance")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/certificates/?q=finance")
    assert "Ministry of Finance" in page.locator("table").inner_text()
