"""The tables of services and their passports, as data."""

from __future__ import annotations

from typing import Any

from yantar.core.tabular import Choice, Column, TableSpec

LEVELS = (Choice("state", "Государственная", "State"), Choice("municipal", "Муниципальная", "Municipal"))
UNITS = (
    Choice("working", "рабочие дни", "working days", ("рабочий день", "р.д.", "раб. дней")),
    Choice("calendar", "календарные дни", "calendar days", ("календарный день", "к.д.")),
)
CHANNELS = (
    Choice("person", "лично в органе власти", "in person at the authority", ("лично",)),
    Choice("centre", "в МФЦ", "at a service centre", ("мфц",)),
    Choice("portal", "через портал услуг", "through the portal of services", ("портал", "епгу", "госуслуги")),
    Choice("post", "по почте", "by post", ("почта", "почтой")),
    Choice("phone", "по телефону", "by telephone", ("телефон",)),
)
SOURCES = (
    Choice("applicant", "приносит заявитель", "brought by the applicant", ("заявитель",)),
    Choice("interagency", "межведомственный запрос", "asked between authorities", ("запрос", "межведомственно")),
)
GROUNDS = (
    Choice("intake", "отказ в приёме документов", "refusal to take the documents", ("отказ в приеме",)),
    Choice("suspension", "приостановление", "suspension"),
    Choice("refusal", "отказ в услуге", "refusal of the service", ("отказ",)),
)
MOST_DAYS = 3_650


def _service() -> Column:
    return Column(
        "service", "Код услуги", "Service code", "code", aliases=("услуга",), required=True, max_length=60, example_ru="income", clearable=False
    )


def _text(key: str, ru: str, en: str, *aliases: str, lines: bool = True, required: bool = False, limit: int = 5_000, example: str = "") -> Column:
    return Column(
        key, ru, en, aliases=aliases, required=required, max_length=limit, multiline=lines, width=34, example_ru=example, clearable=not required
    )


def _days(key: str = "limit_days", **more: Any) -> Column:
    return Column(key, "Срок, дней", "Time limit, days", "int", aliases=("срок",), least=1, most=MOST_DAYS, width=11, **more)


def _unit() -> Column:
    return Column("limit_unit", "Дни", "Days are", "choice", aliases=("единица", "дни срока"), choices=UNITS, width=16, clearable=False)


def _name() -> tuple[Column, Column]:
    return _text("name_ru", "Название", "Name in Russian", "наименование", required=True), _text(
        "name_en", "Название на английском", "Name in English"
    )


SERVICES = TableSpec(
    "services",
    "Услуги",
    "Services",
    (
        Column("code", "Код", "Code", "code", aliases=("код услуги",), required=True, max_length=60, example_ru="income", clearable=False),
        Column(
            "authority",
            "Орган власти",
            "Authority",
            aliases=("орган", "код органа власти"),
            required=True,
            width=24,
            help_ru="Код, ИНН или точное название органа власти.",
            help_en="The code, the INN or the exact name of the authority.",
            example_ru="minfin",
            clearable=False,
        ),
        Column("level", "Уровень", "Level", "choice", choices=LEVELS, width=18, clearable=False),
        Column("process", "Код процесса", "Process code", max_length=40, width=12, clearable=False),
        _text("name_ru", "Название услуги", "Name in Russian", "наименование", "услуга", lines=False, required=True, limit=500, example="Справка"),
        _text("name_en", "Название на английском", "Name in English", lines=False, limit=500),
        _text("purpose_ru", "Простыми словами", "In plain words, in Russian"),
        _text("purpose_en", "Простыми словами на английском", "In plain words, in English"),
        _text("legal_basis_ru", "Правовые основания", "Legal basis in Russian", "основание"),
        _text("legal_basis_en", "Правовые основания на английском", "Legal basis in English"),
        _text("applicants_ru", "Заявители", "Applicants in Russian", "круг заявителей"),
        _text("applicants_en", "Заявители на английском", "Applicants in English"),
        _text("result_ru", "Результат", "Result in Russian"),
        _text("result_en", "Результат на английском", "Result in English"),
        _days(required=True, example_ru="10", clearable=False),
        _unit(),
        Column("registration_days", "Регистрация запроса, рабочих дней", "Registration, working days", "int", least=0, most=100, clearable=False),
        Column("waiting_minutes", "Ожидание в очереди, минут", "Wait in the queue, minutes", "int", least=0, most=1_440, clearable=False),
        Column("fee", "Плата, рублей", "Fee, roubles", "decimal", aliases=("пошлина", "госпошлина"), least=0, most=9_999_999_999, places=2),
        _text("fee_note_ru", "О плате", "About the fee, in Russian"),
        _text("fee_note_en", "О плате на английском", "About the fee, in English"),
        Column(
            "channels",
            "Способы обращения",
            "How to apply",
            aliases=("каналы",),
            max_length=500,
            width=30,
            help_ru="Через точку с запятой: " + "; ".join(one.ru for one in CHANNELS) + ".",
            help_en="Divided by semicolons: " + "; ".join(one.en for one in CHANNELS) + ".",
            example_ru="лично в органе власти; в МФЦ",
            clearable=False,
        ),
        Column("no_documents", "Документы не нужны", "No documents are needed", "bool", width=12, clearable=False),
        _text("complaint_ru", "Как пожаловаться", "How to complain, in Russian"),
        _text("complaint_en", "Как пожаловаться на английском", "How to complain, in English"),
        Column(
            "valid_from",
            "Действует с",
            "In force from",
            "date",
            width=13,
            clearable=False,
            help_ru="Первый день паспорта. Если что-то изменено, а день прежний или пуст, новая версия действует со дня загрузки.",
            help_en="The first day of the passport. Where something changed and the day did not, the new version holds from the day of the import.",
        ),
    ),
    aliases=("Паспорта услуг", "Реестр услуг"),
)
VARIANTS = TableSpec(
    "variants",
    "Варианты",
    "Variants",
    (
        _service(),
        Column("code", "Код варианта", "Variant code", aliases=("код",), required=True, max_length=40, clearable=False),
        *_name(),
        _text("result_ru", "Результат", "Result in Russian"),
        _text("result_en", "Результат на английском", "Result in English"),
        _days(),
        _unit(),
        Column("fee", "Плата, рублей", "Fee, roubles", "decimal", least=0, most=9_999_999_999, places=2),
    ),
)
DOCUMENTS = TableSpec(
    "documents",
    "Документы",
    "Documents",
    (
        _service(),
        *_name(),
        Column("source", "Откуда", "Who brings it", "choice", aliases=("источник",), choices=SOURCES, required=True, width=24, clearable=False),
        _text("holder_ru", "У кого запрашивается", "Asked from, in Russian", lines=False, limit=300),
        _text("holder_en", "У кого запрашивается, на английском", "Asked from, in English", lines=False, limit=300),
        Column("required", "Нужен всегда", "Always needed", "bool", width=12, clearable=False),
    ),
)
GROUND = TableSpec(
    "grounds",
    "Основания отказа",
    "Grounds",
    (
        _service(),
        Column("kind", "Для чего", "For what", "choice", aliases=("вид",), choices=GROUNDS, required=True, width=24, clearable=False),
        *_name(),
    ),
)
STEPS = TableSpec("steps", "Этапы", "Steps", (_service(), *_name(), _days(), _unit()))
INDICATORS = TableSpec(
    "indicators",
    "Показатели",
    "Indicators",
    (_service(), *_name(), _text("target", "Целевое значение", "Target", "цель", lines=False, limit=100, required=True)),
)
PLACES = TableSpec(
    "places",
    "Места предоставления",
    "Places",
    (
        _service(),
        Column("site", "Код площадки", "Site code", "code", aliases=("площадка",), required=True, max_length=60, clearable=False),
    ),
)

LISTS = (VARIANTS, DOCUMENTS, GROUND, STEPS, INDICATORS)
SPECS = (SERVICES, *LISTS, PLACES)
