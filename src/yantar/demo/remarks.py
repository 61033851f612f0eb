"""Strengths, observations and opportunities that the auditors of the demonstration note. Everything here is made up."""

from __future__ import annotations

from dataclasses import dataclass

from .lessons import Two


@dataclass(frozen=True, slots=True)
class Remark:
    """A strength, an observation or an opportunity: nothing has to be mended."""

    key: str
    grade: str
    clause: str
    process: str
    requirement: Two
    evidence: Two
    gap: Two


REMARKS: tuple[Remark, ...] = (
    Remark(
        "case-hour",
        "strength",
        "9.1.2",
        "C6",
        ("Пункт 9.1.2", "Clause 9.1.2"),
        ("Записи за год, 46 встреч", "Records of the year, 46 meetings"),
        (
            "Каждую неделю руководитель разбирает одно дело вместе с заявителем.",
            "Every week the head goes through one case together with the applicant.",
        ),
    ),
    Remark(
        "two-pairs",
        "strength",
        "8.5.1",
        "C2",
        ("Пункт 8.5.1", "Clause 8.5.1"),
        ("Десять дел, отдел лицензий", "Ten files, licensing unit"),
        (
            "Решение готовят двое, второй проверяет по короткому списку из семи вопросов.",
            "Two people prepare a decision; the second checks by a short list of seven questions.",
        ),
    ),
    Remark(
        "newcomers",
        "strength",
        "7.1.6",
        "S1",
        ("Пункт 7.1.6", "Clause 7.1.6"),
        ("Беседы с тремя новыми сотрудниками", "Talks with three new members of staff"),
        ("У каждого новичка есть наставник и книга случаев отдела.", "Every newcomer has a mentor and the unit's book of cases."),
    ),
    Remark(
        "open-queue",
        "ofi",
        "8.2.1",
        "C1",
        ("Пункт 8.2.1", "Clause 8.2.1"),
        ("Зал приёма, второй день", "Reception hall, second day"),
        ("Очередь видна в зале, на сайте её пока нет.", "The queue is shown in the hall, not yet on the site."),
    ),
    Remark(
        "risk-owner",
        "observation",
        "6.1",
        "M3",
        ("Пункт 6.1", "Clause 6.1"),
        ("Реестр рисков, 9 записей", "Register of risks, 9 entries"),
        ("Владелец двух рисков уходит в отпуск, замена не названа.", "The owner of two risks goes on leave; no replacement is named."),
    ),
    Remark(
        "backup-room",
        "observation",
        "7.1.3",
        "S3",
        ("Пункт 7.1.3", "Clause 7.1.3"),
        ("Серверная, первый день", "Server room, first day"),
        ("Копии хранятся в том же помещении, что и сервер.", "Backups are kept in the same room as the server."),
    ),
    Remark(
        "short-forms",
        "ofi",
        "8.2.3",
        "C1",
        ("Пункт 8.2.3", "Clause 8.2.3"),
        ("Бланк заявления, 4 страницы", "Application form, 4 pages"),
        ("Половину полей бланка система уже знает.", "The system already knows half of the fields of the form."),
    ),
)
