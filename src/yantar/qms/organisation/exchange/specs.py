"""The three tables of an organisation, as data."""

from __future__ import annotations

from yantar.core.tabular import Choice, Column, TableSpec

from .naming import infer_kind, is_group_heading

KINDS = (
    Choice("ministry", "Министерство", "Ministry", ("мин", "департамент")),
    Choice("agency", "Агентство", "Agency", ("комитет",)),
    Choice("service", "Служба", "Service"),
    Choice("inspectorate", "Инспекция", "Inspectorate"),
    Choice("apparatus", "Аппарат", "Apparatus", ("управление делами", "office")),
    Choice("institution", "Подведомственное учреждение", "Subordinate institution", ("учреждение", "institution", "гку", "гбу", "гау")),
    Choice(
        "municipality",
        "Муниципальное образование",
        "Municipality",
        ("муниципалитет", "городской округ", "муниципальный округ", "муниципальный район", "го", "мо"),
    ),
)

_CODE_RU = "Латинские буквы, цифры и дефис. Если пусто, код составляется из названия."
_CODE_EN = "Latin letters, digits and hyphens. If empty, it is made from the name."
_AUTHORITY_RU = "Код, ИНН или точное название органа власти."
_AUTHORITY_EN = "The code, the INN or the exact name of the authority."
_FROM_RU = "Первый день. Если пусто, считается, что так было всегда. У записанного ранее дата не меняется."
_FROM_EN = "The first day. If empty, it has always been so. Of what is already recorded the date is not changed."
_TO_RU = "Первый день, когда уже не действует. Обычно пусто."
_TO_EN = "The first day on which it no longer holds. Usually empty."
_PERSONNEL = (
    "численность",
    "эффективная численность",
    "штатная численность",
    "штат",
    "численность персонала",
    "количество сотрудников",
    "personnel",
    "staff",
)


def _code(aliases: tuple[str, ...], example: str) -> Column:
    return Column(
        "code", "Код", "Code", "code", aliases=aliases, max_length=60, help_ru=_CODE_RU, help_en=_CODE_EN, example_ru=example, clearable=False
    )


def _name_en(example: str, length: int) -> Column:
    return Column(
        "name_en",
        "Название на английском",
        "Name in English",
        aliases=("Наименование на английском", "Название (англ.)", "Наименование (англ.)", "Английское название", "English name", "Название EN"),
        max_length=length,
        width=36,
        example_ru=example,
        help_ru="Если пусто, название записывается латинскими буквами, и об этом предупреждается.",
        help_en="If empty, the Russian name is spelled in Latin letters, with a warning.",
    )


def _dates() -> tuple[Column, Column]:
    return (
        Column(
            "valid_from",
            "Действует с",
            "Valid from",
            "date",
            aliases=("дата создания", "создан", "с", "from"),
            width=13,
            help_ru=_FROM_RU,
            help_en=_FROM_EN,
        ),
        Column(
            "valid_to",
            "Действует до",
            "Valid until",
            "date",
            aliases=("дата упразднения", "по", "до", "until", "to"),
            width=13,
            help_ru=_TO_RU,
            help_en=_TO_EN,
        ),
    )


def _personnel(example: str) -> Column:
    return Column(
        "personnel",
        "Эффективная численность персонала",
        "Effective personnel",
        "int",
        aliases=_PERSONNEL,
        least=1,
        most=2_000_000,
        width=14,
        example_ru=example,
        help_ru="Целое число человек с учётом неполной занятости.",
        help_en="A whole number of persons, part-time work converted.",
    )


def _authority() -> Column:
    return Column(
        "authority",
        "Орган власти",
        "Authority",
        aliases=("орган", "код органа", "код органа власти", "министерство", "ведомство", "наименование органа власти", "authority code"),
        required=True,
        width=28,
        help_ru=_AUTHORITY_RU,
        help_en=_AUTHORITY_EN,
        example_ru="minfin",
    )


AUTHORITIES = TableSpec(
    "authorities",
    "Органы власти",
    "Authorities",
    (
        _code(("код органа", "код органа власти", "authority code"), "minfin"),
        Column(
            "name_ru",
            "Название",
            "Name in Russian",
            aliases=(
                "наименование",
                "полное наименование",
                "полное название",
                "название органа",
                "наименование органа",
                "название органа власти",
                "наименование органа власти",
                "наименование исполнительного органа",
                "орган власти",
                "орган исполнительной власти",
                "исполнительный орган",
                "наименование ведомства",
                "название на русском",
                "наименование муниципального образования",
                "муниципальное образование",
                "name",
                "authority",
            ),
            required=True,
            max_length=500,
            width=50,
            example_ru="Министерство финансов",
            help_ru="Полное официальное название. Исправление названия не создаёт новой редакции: переименование с даты — это реорганизация.",
            help_en="The full official name. A correction begins no new version: a new name from a day on is a reorganisation.",
        ),
        _name_en("Ministry of Finance", 500),
        Column(
            "kind",
            "Вид",
            "Kind",
            "choice",
            aliases=("вид органа", "тип", "тип органа", "категория", "type"),
            choices=KINDS,
            width=22,
            example_ru="Министерство",
            example_en="Ministry",
            help_ru="Если пусто, определяется по названию.",
            help_en="If empty, told from the name.",
            clearable=False,
        ),
        Column(
            "short_ru",
            "Краткое название",
            "Short name in Russian",
            aliases=("сокращение", "сокращённое название", "сокращенное наименование", "краткое наименование", "short name"),
            max_length=200,
            example_ru="Минфин",
        ),
        Column("short_en", "Краткое название на английском", "Short name in English", aliases=("краткое название (англ.)",), max_length=200),
        Column(
            "inn",
            "ИНН",
            "INN",
            "inn",
            aliases=("инн органа", "taxpayer number"),
            width=14,
            help_ru="10 цифр; проверяется контрольная цифра.",
            help_en="10 digits; the check digit is verified.",
        ),
        Column(
            "ogrn",
            "ОГРН",
            "OGRN",
            "ogrn",
            aliases=("огрн органа",),
            width=17,
            help_ru="13 цифр; проверяется контрольная цифра.",
            help_en="13 digits; the check digit is verified.",
        ),
        Column(
            "supervisor",
            "Подведомственно",
            "Subordinate to",
            aliases=("вышестоящий орган", "учредитель", "подведомственность", "подчиняется", "supervisor"),
            width=24,
            help_ru=_AUTHORITY_RU,
            help_en=_AUTHORITY_EN,
        ),
        Column(
            "head_post_ru",
            "Должность руководителя",
            "Post of the head in Russian",
            aliases=("руководитель (должность)", "руководитель должность", "должность главы", "post of the head"),
            max_length=300,
            width=30,
            example_ru="Министр финансов",
            help_ru="Только должность, без имени.",
            help_en="The post only, no name.",
        ),
        Column(
            "head_post_en",
            "Должность руководителя на английском",
            "Post of the head in English",
            aliases=("должность руководителя (англ.)",),
            max_length=300,
            width=30,
            example_ru="Minister of Finance",
        ),
        _personnel("120"),
        Column(
            "legal_basis",
            "Правовое основание",
            "Legal basis",
            aliases=("основание", "нормативный акт", "положение", "правовой акт"),
            multiline=True,
            width=40,
        ),
        *_dates(),
    ),
    aliases=(
        "Органы",
        "Перечень органов власти",
        "Исполнительные органы",
        "Органы исполнительной власти",
        "Муниципальные образования",
        "Муниципалитеты",
        "Ведомства",
    ),
    list_column="name_ru",
    list_accepts=lambda text: infer_kind(text) is not None,
    is_group=is_group_heading,
)

UNITS = TableSpec(
    "units",
    "Подразделения",
    "Units",
    (
        _code(("код подразделения", "unit code"), "minfin-budget"),
        Column(
            "name_ru",
            "Название подразделения",
            "Unit name in Russian",
            aliases=(
                "подразделение",
                "наименование подразделения",
                "структурное подразделение",
                "название",
                "наименование",
                "unit",
                "name",
                "unit name",
                "name in russian",
            ),
            required=True,
            max_length=500,
            width=50,
            example_ru="Бюджетный департамент",
        ),
        _name_en("Budget Department", 500),
        _authority(),
        Column(
            "parent",
            "Вышестоящее подразделение",
            "Parent unit",
            aliases=("входит в", "в составе", "родительское подразделение", "parent"),
            width=28,
            help_ru="Код подразделения или его точное название в том же органе. Пусто: верхний уровень.",
            help_en="The code of a unit or its exact name within the same authority. Empty: at the top.",
        ),
        _personnel("14"),
        *_dates(),
    ),
    aliases=("Структура", "Структурные подразделения", "Departments"),
)

SITES = TableSpec(
    "sites",
    "Площадки",
    "Sites",
    (
        _code(("код площадки", "site code"), "minfin-main"),
        _authority(),
        Column(
            "name_ru",
            "Название площадки",
            "Site name in Russian",
            clearable=False,
            aliases=("площадка", "здание", "название", "наименование", "name", "site", "site name", "name in russian"),
            max_length=300,
            width=34,
            example_ru="Главное здание",
        ),
        _name_en("Main building", 300),
        Column(
            "address_ru",
            "Адрес",
            "Address in Russian",
            aliases=("адрес площадки", "местонахождение", "address"),
            required=True,
            max_length=500,
            width=50,
            example_ru="236000, Янтарный край, г. Озёрск, ул. Примерная, 1",
        ),
        Column("address_en", "Адрес на английском", "Address in English", aliases=("адрес (англ.)",), max_length=500, width=50),
        Column(
            "latitude",
            "Широта",
            "Latitude",
            "decimal",
            aliases=("lat", "широта, град."),
            least=-90,
            most=90,
            width=12,
            help_ru="Градусы, до шести знаков после запятой; вместе с долготой.",
            help_en="Degrees, up to six decimals; together with the longitude.",
        ),
        Column(
            "longitude",
            "Долгота",
            "Longitude",
            "decimal",
            aliases=("lon", "lng", "долгота, град."),
            least=-180,
            most=180,
            width=12,
            help_ru="Градусы, до шести знаков после запятой; вместе с широтой.",
            help_en="Degrees, up to six decimals; together with the latitude.",
        ),
        _personnel("80"),
        Column(
            "is_head_office",
            "Головной офис",
            "Head office",
            "bool",
            aliases=("головная", "главная площадка", "основная", "main"),
            width=12,
            example_ru="да",
            example_en="yes",
        ),
        *_dates(),
    ),
    aliases=("Адреса", "Здания", "Addresses"),
)

SPECS = (AUTHORITIES, UNITS, SITES)
