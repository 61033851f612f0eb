"""The rules as a document: `python -m yantar.engine.savings.flags.documenting docs/savings` writes flags.md and flags.ru.md."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

from . import RULES
from .data import ANY, RuleData, Span, Threshold, Value, common

WORDS = {
    "en": {
        "title": "Red flags",
        "intro": (
            "A flag is a question to ask, not a verdict. Made from the rules' own data by `python -m yantar.engine.savings.flags.documenting "
            "docs/savings`; the tests compare it. Codes with R are those of the documentation of Cardinal (open-contracting/cardinal-rs), "
            "whose definitions they follow in our own words; codes with Y are ours. Quantiles are definition 8 of Hyndman and Fan. A rule "
            "that the data do not allow says so and does not say zero; shares are of what was examined. `yantar flags` computes them."
        ),
        "statuses": "What statuses and methods mean",
        "submitted": "A bid is submitted with the status",
        "valid": "valid with",
        "disqualified": "disqualified with",
        "competitive": "Competitive methods",
        "direct": "direct ones",
        "empty": "(none stated)",
        "code": "Code",
        "name": "Name",
        "needs": "Needs",
        "definition": "Definition",
        "may_mean": "May mean",
        "not_proof": "Does not prove",
        "beyond": "Beyond Cardinal",
        "about": "About",
        "holds": "Holds for",
        "every": "every procedure",
        "threshold": "Threshold",
        "law": "Law",
        "which": "Which procedures",
        "from": "Published from",
        "to": "before",
        "value": "Value",
        "source": "Source",
        "checked": "Checked on",
        "other": "any other",
        "unconfirmed": "⚠ not confirmed",
        "all": "all",
        "above": "above",
        "up_to": "up to",
        "or": "or",
        "computed": "none: computed from the data",
        "absent": "Not possible here",
        "why": "Why",
        "gk": "Values marked ⚠ are from general knowledge: check them in the official text before relying on them. They are data: `library/flags/`.",
    },
    "ru": {
        "title": "Красные флаги",
        "intro": (
            "Флаг — это вопрос, а не вывод. Документ сделан из данных самих правил командой `python -m yantar.engine.savings.flags.documenting "
            "docs/savings`; тесты его сверяют. Коды с R — те же, что в документации Cardinal (open-contracting/cardinal-rs), определения "
            "следуют ей нашими словами; коды с Y — наши. Квантили — определение 8 Хиндмана и Фэна. Правило, которое по данным не "
            "посчитать, так и говорит, а не показывает ноль; доли считаются от проверенного. Считает их `yantar flags`."
        ),
        "statuses": "Что значат статусы и способы",
        "submitted": "Заявка подана, если её статус",
        "valid": "допущена при",
        "disqualified": "отклонена при",
        "competitive": "Конкурентные способы",
        "direct": "прямые",
        "empty": "(не указан)",
        "code": "Код",
        "name": "Название",
        "needs": "Что нужно",
        "definition": "Определение",
        "may_mean": "Что может значить",
        "not_proof": "Чего не доказывает",
        "beyond": "Сверх Cardinal",
        "about": "О ком или о чём",
        "holds": "Действует для",
        "every": "каждой закупки",
        "threshold": "Порог",
        "law": "Закон",
        "which": "Какие закупки",
        "from": "Опубликованы с",
        "to": "до",
        "value": "Значение",
        "source": "Источник",
        "checked": "Проверено",
        "other": "любой другой",
        "unconfirmed": "⚠ не подтверждено",
        "all": "все",
        "above": "дороже",
        "up_to": "не дороже",
        "or": "или",
        "computed": "нет: граница считается по данным",
        "absent": "Здесь невозможны",
        "why": "Почему",
        "gk": "Значения со знаком ⚠ взяты из общих знаний: сверьте их с официальным текстом. Это данные: `library/flags/`.",
    },
}
SUBJECTS = {
    "procedure": ("procedure", "закупка"),
    "bid": ("bid", "заявка"),
    "bidder": ("bidder", "участник"),
    "supplier": ("supplier", "поставщик"),
    "buyer": ("buyer, organiser or bidder", "заказчик, организатор или участник"),
    "entity": ("organiser", "организатор"),
    "contract": ("contract", "контракт"),
}


def document(language: str) -> str:
    """The document in "en" or "ru"."""
    words, shared = WORDS[language], common()
    lines = [f"# {words['title']}", "", words["intro"], "", words["gk"], ""]
    lines += [f"| {words['code']} | {words['name']} | {words['needs']} |", "| --- | --- | --- |"]
    for code, rule in RULES.items():
        lines.append(f"| [{code}](#{code.lower()}) | {rule.words(language).title} | {_needs(rule.data, words)} |")
    lines += ["", f"## {words['statuses']}", ""]
    sides = [f"{words[name]} {_codes(getattr(shared, name), words)}" for name in ("submitted", "valid", "disqualified")]
    lines += [
        ", ".join(sides) + ".",
        "",
        f"{words['competitive']}: {_codes(shared.competitive, words)}; {words['direct']}: {_codes(shared.direct, words)}.",
        "",
    ]
    for rule in RULES.values():
        lines += _section(rule.data, language)
    lines += [f"## {words['absent']}", "", f"| {words['code']} | {words['name']} | {words['why']} |", "| --- | --- | --- |"]
    for one in shared.absent:
        name, why = (one.title_en, one.why_en) if language == "en" else (one.title_ru, one.why_ru)
        lines.append(f"| {one.code} | {name} | {why} |")
    return "\n".join(lines) + "\n"


def _section(data: RuleData, language: str) -> list[str]:
    words, said = WORDS[language], data.words(language)
    lines = [f'<a id="{data.code.lower()}"></a>', "", f"## {data.code}. {said.title}", ""]
    pairs = [
        ("definition", said.definition),
        ("about", SUBJECTS[data.subject][0 if language == "en" else 1]),
        ("may_mean", said.may_mean),
        ("not_proof", said.not_proof),
        ("beyond", said.beyond),
        ("needs", _needs(data, words)),
        ("holds", "; ".join(_span(span, words) for span in data.holds)),
        ("source", data.source),
        ("checked", data.checked_on.isoformat()),
    ]
    lines += [f"* **{words[name]}:** {text}" for name, text in pairs if text] + [""]
    for name, threshold in data.thresholds.items():
        lines += [f"{words['threshold']} `{name}`: {threshold.title(language)}", ""]
        if not threshold.values:
            lines += [f"* {words['computed']}", ""]
            continue
        heads = [words[head] for head in ("law", "which", "from", "to", "value", "source")]
        lines += ["| " + " | ".join(heads) + " |", "| --- | --- | --- | --- | ---: | --- |"]
        lines += [_row(threshold, row, words) for row in threshold.values] + [""]
    return lines


def _row(threshold: Threshold, row: Value, words: dict[str, str]) -> str:
    which = [f" {words['or']} ".join(f"«{part}…»" for part in row.methods)] if row.methods else []
    if row.above is not None:
        which.append(f"{words['above']} {_number(row.above)} {row.currency}")
    if row.up_to is not None:
        which.append(f"{words['up_to']} {_number(row.up_to)} {row.currency}")
    value = "—" if row.value is None else _number(row.value) + (" %" if threshold.unit == "percent" else "")
    source = row.source if row.confirmed else f"{words['unconfirmed']}: {row.source}"
    cells = [_law(row, words), ", ".join(which) or words["all"], _day(row.valid_from), _day(row.valid_to), value, source]
    return "| " + " | ".join(cells) + " |"


def _law(row: Span, words: dict[str, str]) -> str:
    return words["other"] if row.law == ANY else row.law


def _span(span: Span, words: dict[str, str]) -> str:
    if span.law == ANY and span.valid_from is None and span.valid_to is None:
        return words["every"]
    days = [f"{words[name]} {_day(day)}" for name, day in (("from", span.valid_from), ("to", span.valid_to)) if day is not None]
    return ", ".join([_law(span, words), *days])


def _day(day: object) -> str:
    return "" if day is None else str(day)


def _number(value: Decimal) -> str:
    return f"{value:,f}".replace(",", " ")


def _codes(codes: tuple[str, ...], words: dict[str, str]) -> str:
    return ", ".join(f"`{code}`" if code else words["empty"] for code in codes)


def _needs(data: RuleData, words: dict[str, str]) -> str:
    return ", ".join(f" {words['or']} ".join(f"`{one}`" for one in need.split("|")) for need in data.needs)


def write(folder: Path) -> None:
    """Both documents into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "flags.md").write_text(document("en"), encoding="utf-8")
    (folder / "flags.ru.md").write_text(document("ru"), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
