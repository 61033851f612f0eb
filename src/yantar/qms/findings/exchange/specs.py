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

_STATES_TAKEN = tuple(choice for choice in STATES if choice.key in ("open", "closed", "noted"))

PAST = TableSpec(
    "past_findings",
    "Прежние наблюдения",
    "Past findings",
    (
        Column(
            "authority",
            "Орган власти",
            "Authority",
            aliases=("орган", "ведомство", "министерство", "код органа", "authority code"),
            required=True,
            max_length=300,
            width=34,
            example_ru="minfin",
            help_ru="Код, ИНН или точное название.",
            help_en="The code, the INN or the exact name.",
        ),
        Column(
            "raised_on",
            "Дата выявления",
            "Raised on",
            "date",
            aliases=("дата", "выявлено", "дата аудита", "date"),
            required=True,
            width=14,
            example_ru="15.03.2024",
        ),
        Column(
            "grade",
            "Категория",
            "Grade",
            "choice",
            aliases=("вид", "классификация", "тип несоответствия", "category"),
            required=True,
            choices=GRADES,
            width=26,
            example_ru="Незначительное несоответствие",
            example_en="Minor nonconformity",
        ),
        Column(
            "gap",
            "Расхождение",
            "Gap",
            aliases=("описание", "содержание", "несоответствие", "формулировка", "description", "finding"),
            required=True,
            multiline=True,
            width=60,
            example_ru="Ответ дан на 41-й день вместо 30-го",
            example_en="The answer came on day 41 instead of 30",
        ),
        Column("requirement", "Требование", "Requirement", multiline=True, width=40),
        Column("evidence", "Свидетельство", "Evidence", aliases=("свидетельства", "объективное свидетельство"), multiline=True, width=40),
        Column(
            "clause",
            "Пункт стандарта",
            "Clause",
            "code",
            aliases=("пункт", "раздел", "требование стандарта"),
            max_length=20,
            width=10,
            example_ru="8.5.1",
        ),
        Column(
            "edition",
            "Редакция",
            "Edition",
            "code",
            aliases=("стандарт", "standard", "год редакции"),
            max_length=100,
            width=14,
            example_ru="2015",
            help_ru="Если пусто, берётся редакция, действовавшая в день выявления.",
            help_en="If empty, the edition in force on the day it was raised is taken.",
        ),
        Column("process", "Процесс", "Process", max_length=300, width=26, help_ru="Код или название процесса органа.", help_en="Its code or name."),
        Column(
            "unit",
            "Подразделение",
            "Unit",
            aliases=("отдел", "управление"),
            max_length=300,
            width=26,
            help_ru="Код или название.",
            help_en="Its code or name.",
        ),
        Column("source", "Источник", "Source", "choice", aliases=("вид проверки", "origin"), choices=SOURCES, width=24),
        Column(
            "source_label",
            "Источник, подробнее",
            "Source, in words",
            aliases=("номер аудита", "номер отчёта", "отчёт", "audit number"),
            max_length=200,
            width=22,
        ),
        Column(
            "state",
            "Состояние",
            "State",
            "choice",
            aliases=("статус", "status"),
            choices=_STATES_TAKEN,
            width=16,
            help_ru="Если пусто: закрыто, когда есть дата закрытия; иначе открыто, а что не требует действий, принято к сведению.",
            help_en="If empty: closed where the day of closing is given; otherwise open, and what asks for no action is noted.",
        ),
        Column(
            "closed_on", "Дата закрытия", "Closed on", "date", aliases=("закрыто", "дата устранения", "устранено"), width=14, example_ru="02.06.2024"
        ),
        Column("correction", "Коррекция", "Correction", aliases=("что сделано", "устранение"), multiline=True, width=40),
        Column("owner", "Ответственный, e-mail", "Owner, e-mail", aliases=("ответственный", "owner"), max_length=254, width=26),
    ),
    aliases=("наблюдения", "несоответствия", "findings", "nonconformities", "реестр несоответствий"),
)
"""Findings from before, as offices keep them."""

SPECS = (PAST,)
