"""The two tables of processes, as data."""

from __future__ import annotations

from yantar.core.tabular import Choice, Column, TableSpec
from yantar.library.audit_fields import load_audit_fields

KINDS = (
    Choice("management", "Управление", "Management", ("управленческий", "процессы управления", "управляющий")),
    Choice("core", "Основной", "Core", ("основные", "основной процесс", "ключевой")),
    Choice("support", "Обеспечение", "Support", ("обеспечивающий", "вспомогательный", "поддерживающий")),
)
FIELDS = tuple(Choice(field.code, field.title_ru, field.title_en) for field in load_audit_fields())


def _authority() -> Column:
    return Column(
        "authority",
        "Орган власти",
        "Authority",
        aliases=("орган", "министерство", "ведомство", "код органа власти"),
        required=True,
        width=24,
        help_ru="Код, ИНН или точное название органа власти.",
        help_en="The code, the INN or the exact name of the authority.",
        example_ru="minfin",
        clearable=False,
    )


def _text(key: str, ru: str, en: str, *, lines: bool = False, example: str = "", aliases: tuple[str, ...] = (), limit: int = 300) -> Column:
    return Column(key, ru, en, aliases=aliases, max_length=5000 if lines else limit, multiline=lines, width=34 if lines else 28, example_ru=example)


PROCESSES = TableSpec(
    "processes",
    "Процессы",
    "Processes",
    (
        _authority(),
        Column(
            "code",
            "Код процесса",
            "Process code",
            aliases=("код", "code", "номер"),
            required=True,
            max_length=40,
            width=12,
            example_ru="C1",
            clearable=False,
        ),
        Column(
            "kind",
            "Группа",
            "Band",
            "choice",
            aliases=("вид", "вид процесса", "группа процессов"),
            required=True,
            choices=KINDS,
            width=16,
            example_ru="Основной",
            example_en="Core",
            clearable=False,
        ),
        Column(
            "name_ru",
            "Название процесса",
            "Name of the process",
            aliases=("процесс", "наименование", "название", "наименование процесса"),
            required=True,
            max_length=300,
            width=40,
            example_ru="Предоставление государственных услуг",
            clearable=False,
        ),
        _text("name_en", "Название на английском", "Name in English"),
        Column("owner_unit", "Код подразделения-владельца", "Code of the owning unit", "code", aliases=("подразделение", "владелец"), max_length=60),
        _text("owner_post", "Должность владельца", "Post of the owner", aliases=("владелец процесса",)),
        _text("inputs_ru", "Входы", "Inputs", lines=True, aliases=("вход",)),
        _text("inputs_en", "Входы на английском", "Inputs in English", lines=True),
        _text("outputs_ru", "Выходы", "Outputs", lines=True, aliases=("выход", "результат")),
        _text("outputs_en", "Выходы на английском", "Outputs in English", lines=True),
        _text("indicator_ru", "Показатель", "Indicator", aliases=("показатель процесса",)),
        _text("indicator_en", "Показатель на английском", "Indicator in English"),
        _text("indicator_target", "Целевое значение", "Target", aliases=("цель",), limit=100),
        _text("documents", "Документы", "Documents", lines=True),
        _text("risk_ru", "Риск", "Risk", lines=True),
        _text("risk_en", "Риск на английском", "Risk in English", lines=True),
        Column("field", "Направление аудита", "Field of audit", "choice", aliases=("направление",), choices=FIELDS, width=28),
        Column(
            "clauses",
            "Пункты",
            "Clauses",
            aliases=("пункты стандарта", "пункт", "требования"),
            max_length=5000,
            width=36,
            help_ru="Редакция и номера: ISO 9001:2015: 8.2, 8.5.1; ISO 9001:2008: 7.2. Указанные редакции заменяются целиком.",
            help_en="Edition and numbers: ISO 9001:2015: 8.2, 8.5.1; ISO 9001:2008: 7.2. The editions named are replaced as a whole.",
            example_ru="ISO 9001:2015: 8.2, 8.5.1",
            clearable=False,
        ),
        Column(
            "template",
            "Код процесса шаблона",
            "Code in the template",
            "code",
            aliases=("шаблон",),
            max_length=40,
            help_ru="Если процесс заимствован из шаблона правительства.",
            help_en="If the process was adopted from the government's template.",
            clearable=False,
        ),
        Column("valid_from", "Действует с", "Valid from", "date", width=13, clearable=False),
    ),
    aliases=("Карта процессов", "Реестр процессов"),
)
FACTS = TableSpec(
    "facts",
    "Сведения для риска",
    "Facts for the risk",
    (
        _authority(),
        Column(
            "process",
            "Код процесса",
            "Process code",
            aliases=("код", "процесс"),
            required=True,
            max_length=40,
            width=12,
            example_ru="C1",
            clearable=False,
        ),
        Column(
            "known_on",
            "По состоянию на",
            "As of",
            "date",
            aliases=("дата", "на дату"),
            required=True,
            width=13,
            example_ru="31.12.2025",
            example_en="2025-12-31",
            clearable=False,
        ),
        Column(
            "cases_per_year", "Обращений в год", "Cases a year", "int", aliases=("количество в год", "объём"), least=0, most=2_000_000_000, width=13
        ),
        Column("vulnerable", "Уязвимые группы", "Vulnerable groups", "bool", width=12, clearable=False),
        Column(
            "legal_weight",
            "Правовая и финансовая значимость (0–3)",
            "Legal and financial weight (0–3)",
            "int",
            aliases=("значимость",),
            least=0,
            most=3,
            width=14,
        ),
        Column(
            "complaints_per_1000",
            "Жалоб на 1000 обращений",
            "Complaints per 1,000 cases",
            "decimal",
            aliases=("жалобы",),
            least=0,
            most=99999,
            places=2,
            width=13,
        ),
        Column(
            "breaches_percent",
            "Нарушено сроков, %",
            "Deadlines missed, %",
            "decimal",
            aliases=("нарушения сроков",),
            least=0,
            most=100,
            places=2,
            width=13,
        ),
        Column("changes", "Изменений за 12 месяцев", "Changes in 12 months", "int", aliases=("изменения",), least=0, most=999, width=13),
        Column("source", "Откуда сведения", "Where it is from", aliases=("источник",), max_length=500, width=34),
    ),
    aliases=("Сведения о процессах", "Факторы риска"),
)

SPECS = (PROCESSES, FACTS)
