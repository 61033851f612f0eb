"""Planted personal data, and papers that carry them. Fixtures for tests of what becomes of personal data."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import AuthorityFactory
from yantar.core.actions import System
from yantar.qms.feedback.actions.appeals import receive_appeal
from yantar.qms.feedback.models import Appeal, AppealKind, RemarkCategory
from yantar.qms.organisation.models import Authority

PORTAL = System("portal")
NAME, EMAIL, PHONE = "Ярополк Незабудкин-Тестовый", "yaropolk.nezabudkin@example.org", "+7 900 555-77-33"
ADDRESS, TEXT, SUBJECT = "улица Несуществующая, дом 777", "Секретоплантированный текст о качелях", "Темонеразглашаемая"
PLANTED = ("Незабудкин", "yaropolk.nezabudkin", "555-77-33", "Несуществующая", "Секретоплантированный", "Темонеразглашаемая")
"""What must be found nowhere."""


def person(**more: Any) -> dict[str, Any]:
    """Somebody who does not exist."""
    return {"name": NAME, "email": EMAIL, "phone": PHONE, "address": ADDRESS, "subject": SUBJECT, "text": TEXT, "wants_mail": False} | more


def appeal(authority: Authority | None = None, **more: Any) -> Appeal:
    """An appeal with planted data, by its action."""
    values: dict[str, Any] = {"kind": AppealKind.APPEAL, "person": person(), "authority": authority or AuthorityFactory()} | more
    made, _code = receive_appeal(by=PORTAL, **values)
    return made


def category(authority: Authority | None = None, **more: Any) -> RemarkCategory:
    """A subject of remarks with one attribute of each sort."""
    from datetime import date

    values: dict[str, Any] = {
        "code": "holes",
        "name_ru": "Ямы на дорогах",
        "name_en": "Holes in roads",
        "group_ru": "Дороги",
        "group_en": "Roads",
        "keywords": "яма, асфальт",
        "valid_from": date(2020, 1, 1),
        "attributes": [
            {"code": "DEPTH", "datatype": "number", "required": False, "description_ru": "Глубина, см", "description_en": "Depth, cm", "order": 1},
            {
                "code": "LANE",
                "datatype": "singlevaluelist",
                "required": True,
                "description_ru": "Полоса",
                "description_en": "Lane",
                "order": 2,
                "values": [{"key": "left", "name_ru": "Левая", "name_en": "Left"}, {"key": "right", "name_ru": "Правая", "name_en": "Right"}],
            },
        ],
    } | more
    return RemarkCategory.objects.create(authority=authority or AuthorityFactory(), **values)


def picture(name: str = "снимок.jpg", *, kind: str = "JPEG", exif: bool = True, size: tuple[int, int] = (40, 20)) -> SimpleUploadedFile:
    """A picture that says where and with what it was taken, and lies on its side."""
    image, out = Image.new("RGB", size, (200, 30, 30)), io.BytesIO()
    told = Image.Exif()
    if exif:
        told[0x010F], told[0x0112] = "PlantedCamera", 6
        told.get_ifd(0x8825)[1] = "N"
        told.get_ifd(0x8825)[2] = (54.0, 42.0, 33.0)
    image.save(out, kind, exif=told, comment=b"PlantedComment") if kind == "JPEG" else image.save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())
