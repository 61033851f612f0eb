"""The tables of findings, as data: what past findings are taken in from, and what a list is given out as."""

from __future__ import annotations

from yantar.core.tabular import Choice, Column, TableSpec

GRADES = (
    Choice(
        "major",
        "Значительное несоответствие",
        "Major nonconformity",
        ("значительное", "существенное несоответствие", "критическое", "major", "major nc", "категория 1"),
    ),
    Choice(
        "minor",
        "Незначительное несоответствие",
        "Minor nonconformity",
        ("незначительное", "малозначительное", "несоответствие", "minor", "minor nc", "категория 2", "nonconformity"),
    ),
    Choice("observation", "Замечание", "Observation", ("наблюдение", "уведомление", "obs")),
    Choice("ofi", "Возможность улучшения", "Opportunity for improvement", ("рекомендация", "предложение", "улучшение", "ofi", "recommendation")),
    Choice("conform", "Соответствие", "Conformity", ("соответствует", "conform", "conforms")),
    Choice("strength", "Сильная сторона", "Strength", ("положительное", "положительный опыт", "лучшая практика", "good practice")),
)
SOURCES = (
    Choice("past", "Перенесено из прежних записей", "Taken over from before", ("прежние записи",)),
    Choice("audit", "Внутренний аудит", "Internal audit", ("внутренний", "аудит", "va")),
    Choice(
        "external_audit",
        "Аудит органа по сертификации",
        "Certification body's audit",
        ("внешний аудит", "внешний", "инспекционный контроль", "ик", "сертификационный аудит", "external audit"),
    ),
    Choice("appeal", "Обращение гражданина", "Citizen's appeal", ("обращение", "жалоба", "complaint", "appeal")),
    Choice("indicator", "Показатель", "Indicator", ("мониторинг",)),
    Choice("procurement", "Признак риска в закупке", "Procurement flag", ("закупка", "закупки", "procurement")),
    Choice("review", "Анализ со стороны руководства", "Management review", ("анализ руководства", "review")),
    Choice("staff", "Сотрудник", "Member of staff", ("сотрудники", "персонал", "staff")),
    Choice("self_assessment", "Самооценка", "Self-assessment", ("самооценка",)),
)
STATES = (
    Choice("draft", "Черновик", "Draft"),
    Choice("open", "Открыто", "Open", ("открыта", "новое", "выдано")),
    Choice("rejected", "Отклонено", "Rejected", ("отклонена",)),
    Choice("containment", "Коррекция", "Correction"),
    Choice("analysis", "Анализ причин", "Cause analysis"),
    Choice("plan", "План действий", "Action plan"),
    Choice("approval", "Согласование", "Approval"),
    Choice("implementation", "Выполнение", "Implementation"),
    Choice("verification", "Проверка выполнения", "Verification"),
    Choice("waiting_effect", "Ожидание результата", "Waiting for the effect"),
    Choice("closed", "Закрыто", "Closed", ("закрыта", "устранено", "выполнено", "снято")),
    Choice("cancelled", "Отменено", "Cancelled"),
    Choice("noted", "Принято к сведению", "Noted", ("к сведению",)),
)

LISTED = TableSpec(
    "findings",
    "Наблюдения",
    "Findings",
    (
        Column("number", "Номер", "Number", "code", width=14),
        Column("authority", "Орган власти", "Authority", width=44),
        Column("process", "Процесс", "Process", width=30),
        Column("clause", "Пункт", "Clause", "code", width=10),
        Column("grade", "Категория", "Grade", "choice", choices=GRADES, width=26),
        Column("gap", "Расхождение", "Gap", width=70),
        Column("source", "Источник", "Source", "choice", choices=SOURCES, width=24),
        Column("source_label", "Источник, подробнее", "Source, in words", width=20),
        Column("raised_on", "Выявлено", "Raised on", "date", width=13),
        Column("state", "Состояние", "State", "choice", choices=STATES, width=22),
        Column("state_since", "В этом состоянии с", "In this state since", "date", width=13),
        Column("due_on", "Срок", "Due", "date", width=13),
        Column("days_late", "Просрочено, дней", "Days late", "int", width=12),
        Column("owner", "Ответственный", "Owner", width=30),
        Column("reopened", "Открывалось повторно", "Reopened", "int", width=12),
    ),
)
"""A list as it is shown on screen."""
