"""The kind of an authority, told from its name."""

from __future__ import annotations

import pytest

from yantar.qms.organisation.exchange.naming import Inferred, infer_kind, is_group_heading


@pytest.mark.parametrize(
    ("name", "kind", "sure"),
    [
        ("Министерство финансов", "ministry", True),
        ("Министерство по муниципальному развитию и внутренней политике", "ministry", True),
        ("Конкурсное агентство", "agency", True),
        ("Контрольно-ревизионная служба", "service", True),
        ("Служба государственной охраны объектов культурного наследия", "service", True),
        ("Государственная жилищная инспекция", "inspectorate", True),
        ("Аппарат Правительства", "apparatus", True),
        ("Управление делами Губернатора", "apparatus", True),
        ("ГКУ «Центр занятости»", "institution", True),
        ("Государственное бюджетное учреждение «Безопасный город»", "institution", True),
        ("Багратионовский МО", "municipality", True),
        ("ГО «Город Озёрск»", "municipality", True),
        ("Администрация муниципального образования «Светлый»", "municipality", True),
        ("городской округ Янтарный", "municipality", True),
        ("Полесский муниципальный округ", "municipality", True),
        ("Департамент здравоохранения", "ministry", False),
        ("Комитет по архитектуре", "agency", False),
        ("Управление ветеринарии", "service", False),
        ("Ministry of Finance", "ministry", True),
    ],
)
def test_kind(name: str, kind: str, sure: bool) -> None:
    assert infer_kind(name) == Inferred(kind, sure)


@pytest.mark.parametrize("name", ["", "Перечень", "Мостовая", "Агломерация", "Иванов Иван", "Министерства"])
def test_no_kind(name: str) -> None:
    assert infer_kind(name) is None


@pytest.mark.parametrize(
    "text", ["Министерства", "Агентства:", "Исполнительные органы власти", "МУНИЦИПАЛЬНЫЕ ОКРУГА", "Подведомственные учреждения"]
)
def test_group_headings(text: str) -> None:
    assert is_group_heading(text)


@pytest.mark.parametrize("text", ["Министерство финансов", "Служба тарифов", "Аппарат Правительства", "Учреждение «Дом»"])
def test_not_group_headings(text: str) -> None:
    assert not is_group_heading(text)
