"""Savings as a person reads them in a terminal, and as rows of CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .savings_inputs import whole
from .texts import LANGUAGE
from .texts import gettext as _

if TYPE_CHECKING:
    from yantar.engine.savings.method import Method
    from yantar.engine.savings.result import Measure, Result, Words

RUN_BY_SPREADSHEETS = re.compile(r"'*[=+\-@\t\r]")
"""As in core.tabular.writing: what a spreadsheet program would run as a formula when it opens a CSV."""
NOTHING = "—"


def money(amount: str, currency: str) -> str:
    """An exact amount as the language writes it: `1 234,50 ₽`, `1,234.50 RUB`."""
    whole_part, _point, rest = amount.removeprefix("-").partition(".")
    sign = "−" if amount.startswith("-") and Decimal(amount) else ""
    if LANGUAGE == "ru":
        return f"{sign}{whole(int(whole_part))},{rest}\u00a0{'₽' if currency == 'RUB' else currency}"
    return f"{sign}{whole(int(whole_part))}.{rest} {currency}"


def percent(share: str | None) -> str:
    """A share as per cent with two places; a dash where there is no base."""
    if share is None:
        return NOTHING
    value = format((Decimal(share) * 100).quantize(Decimal("0.01"), ROUND_HALF_UP), "f").replace("-", "−")
    return f"{value.replace('.', ',')}\u00a0%" if LANGUAGE == "ru" else f"{value} %"


def said(words: Words | Mapping[str, str]) -> str:
    """Of a text in both languages, the terminal's."""
    pair = words if isinstance(words, Mapping) else {"ru": words.ru, "en": words.en}
    return pair["ru"] if LANGUAGE == "ru" else pair["en"]


NARROW = 18
"""Columns that a name keeps on a narrow terminal."""


def table_of(title: str, texts: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", expand=False)
    for heading in texts:
        table.add_column(heading, overflow="fold", min_width=min(NARROW, max(len(heading), 4)))
    for heading in numbers:
        # On a narrow terminal a figure takes two lines; it is never cut.
        table.add_column(heading, justify="right", overflow="fold")
    return table


def show(console: Console, result: Result, method: Method) -> None:
    """Everything that belongs to the figure, the figure itself first."""
    currency = result.currency
    title = f"{said(result.method.title)} ({result.method.id}, {currency})"
    head = table_of(title, [_("Figure")], [_("Procedures"), _("Baseline"), _("Awarded"), _("Saved"), _("Share")])
    for key, measure in (("E1", result.E1), ("E2", result.E2), ("", result.one_bid), ("contract_stage", result.contract_stage)):
        name = said(method.title_of(key)) if key else _("of it with one bid")
        head.add_row(escape(name), whole(measure.procedures), *_amounts(measure, currency))
    net, lost = result.net, result.lost
    net_cells = (whole(net.procedures), money(net.baseline, currency), "", money(net.net, currency), percent(net.share))
    head.add_row(escape(said(method.title_of("net"))), *net_cells)
    head.add_row(escape(said(method.title_of("lost"))), whole(lost.procedures), money(lost.value, currency), "", "", "")
    console.print(head)
    _say(console, _beside(result))
    for table in (_groups(result, method), _excluded(result), _named(result), _sensitivity(result), _reconciliation(result)):
        if table is not None:
            console.print(table)
    _say(console, _last_words(result))


def _say(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def _amounts(measure: Measure | Mapping[str, Any], currency: str) -> tuple[str, str, str, str]:
    found = measure if isinstance(measure, Mapping) else measure.model_dump()
    return money(found["baseline"], currency), money(found["awarded"], currency), money(found["saved"], currency), percent(found["share"])


def _beside(result: Result) -> Iterator[str]:
    """What stands right below the figure."""
    indicators = result.indicators
    if "average_bidders" in indicators and "one_bid_share" in indicators:
        average = format(Decimal(indicators["average_bidders"]).quantize(Decimal("0.01"), ROUND_HALF_UP), "f")
        values = {"average": average.replace(".", ",") if LANGUAGE == "ru" else average, "share": percent(indicators["one_bid_share"])}
        yield _("Bidders on average: %(average)s; procedures with one bid: %(share)s.") % values
    if result.contract_stage.without_contract:
        yield _("Without a usable contract, so not at the contract stage: %(number)s.") % {"number": whole(result.contract_stage.without_contract)}
    if result.net.too_young:
        yield _("Too young for the net figure: %(number)s.") % {"number": whole(result.net.too_young)}
    if result.per_inhabitant is not None:
        yield _("Per inhabitant: %(amount)s.") % {"amount": money(result.per_inhabitant, result.currency)}
    if result.decisions:
        yield _("Decisions on single procedures that were counted: %(number)s. The raw figure is without them.") % {"number": whole(result.decisions)}


def dimension_words(dimension: str) -> str:
    """The heading of a dimension."""
    words = {
        "buyer": _("Buyer"),
        "year": _("Year"),
        "method": _("Method"),
        "band": _("Price band"),
        "bidders": _("Bidders"),
        "law": _("Law"),
    }
    return words[dimension]


def _groups(result: Result, method: Method) -> Table | None:
    by = list(result.parameters["by"])
    if not by:
        return None
    measures = [_("Procedures (E2)"), _("Baseline (E2)"), _("Saved E1"), _("Share"), _("Saved E2"), _("Share")]
    table = table_of(_("By group"), [dimension_words(dimension) for dimension in by], measures)
    for group in result.groups:
        one, two = group["E1"], group["E2"]
        currency = result.currency
        cells = (whole(two["procedures"]), money(two["baseline"], currency), money(one["saved"], currency), percent(one["share"]))
        names = [escape(value_words(dimension, group, method)) for dimension in by]
        table.add_row(*names, *cells, money(two["saved"], currency), percent(two["share"]))
    return table


def value_words(dimension: str, group: Mapping[str, Any], method: Method) -> str:
    """A value of a dimension as people call it."""
    value = group[dimension]
    if dimension == "band" and value:
        try:
            return said(method.title_of(str(value)))
        except KeyError:
            return str(value)
    if dimension == "buyer":
        return str(group["buyer_name"] or value or NOTHING)
    if value == "unknown":
        return _("unknown")
    return str(value) if value not in (None, "") else NOTHING


def _excluded(result: Result) -> Table | None:
    if not result.excluded:
        return None
    table = table_of(_("Left out, by reason"), [_("Reason")], [_("Procedures"), _("Amount"), _("Other currencies")])
    for row in result.excluded:
        others = "; ".join(money(amount, code) for code, amount in row.other_currencies.items())
        table.add_row(escape(said(row.title)), whole(row.procedures), money(row.value, result.currency), others)
    return table


def _named(result: Result) -> Table | None:
    rows = [row for row in result.named if row.procedures]
    if not rows:
        return None
    table = table_of(_("Named, never blended in"), [_("What"), _("Where")], [_("Procedures"), _("Baseline"), _("Saved")])
    for row in rows:
        where = row.within if row.within != "excluded" else _("left out")
        usable = row.baseline != "0.00" or row.awarded != "0.00"
        cells = (money(row.baseline, result.currency), money(row.saved, result.currency)) if usable else (NOTHING, NOTHING)
        table.add_row(escape(said(row.title)), where, whole(row.procedures), *cells)
    return table


def _sensitivity(result: Result) -> Table | None:
    if not result.sensitivity:
        return None
    table = table_of(_("How the figure moves under each doubtful choice"), [_("Choice")], [_("Saved E1"), _("Share"), _("Moved")])
    for row in result.sensitivity:
        moved = money(row.moved, result.currency) if Decimal(row.moved) else NOTHING
        table.add_row(escape(said(row.title)), money(row.E1.saved, result.currency), percent(row.E1.share), moved)
    return table


def _reconciliation(result: Result) -> Table:
    found, currency = result.reconciliation, result.currency
    table = table_of(_("Reconciliation with the input"), [""], [_("Procedures"), _("Amount")])
    table.add_row(_("Input"), whole(found.input_procedures), money(found.input_value, currency))
    table.add_section()
    table.add_row(_("Counted (E2): baseline"), whole(found.included_procedures), money(found.included_baseline, currency))
    for words, amount in (
        (_("Counted: lots without an award"), found.included_lots_not_awarded),
        (_("Counted: tender's value less its lots"), found.included_difference),
    ):
        if Decimal(amount):
            table.add_row(words, "", money(amount, currency))
    table.add_row(_("Left out in all"), whole(found.excluded_procedures), money(found.excluded_value, currency))
    table.add_section()
    table.add_row(_("Difference"), whole(found.difference_procedures), money(found.difference_value, currency))
    for code, amount in found.other_currencies.items():
        table.add_row(_("Besides, in %(currency)s") % {"currency": code}, "", money(amount, code))
    return table


def _last_words(result: Result) -> Iterator[str]:
    found = result.quarantine
    values = {"rejected": whole(found.rejected), "aside": whole(found.set_aside), "repaired": whole(found.repaired)}
    yield _("Quarantine of the whole input: %(rejected)s records rejected, %(aside)s values set aside, %(repaired)s repaired.") % values
    if result.input.outside:
        yield _("Outside of the period: %(number)s.") % {"number": whole(result.input.outside)}
    yield _("SHA-256 of the dataset: %(hash)s") % {"hash": result.manifest["sha256"]}
    yield _("SHA-256 of the method: %(hash)s") % {"hash": result.method.sha256}


def safe(value: object) -> str:
    """A cell of CSV that no spreadsheet program runs as a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if RUN_BY_SPREADSHEETS.match(text) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


MEASURE = ("procedures", "baseline", "awarded", "saved", "share")


def write_csv(stream: TextIO, result: Result) -> None:
    """Rows for other programs: the totals, then the groups, then what was left out. Codes are not translated, amounts have a point."""
    by = list(result.parameters["by"])
    names = [name for dimension in by for name in ((dimension, "buyer_name") if dimension == "buyer" else (dimension,))]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["row", *names, "figure", *MEASURE])
    empty = [""] * len(names)
    for figure in ("E1", "E2", "one_bid", "contract_stage"):
        found = getattr(result, figure).model_dump()
        writer.writerow(["total", *empty, figure, *(safe(found[part]) for part in MEASURE)])
    net, lost = result.net, result.lost
    writer.writerow(["total", *empty, "net", net.procedures, net.baseline, "", net.net, net.share or ""])
    writer.writerow(["total", *empty, "lost", lost.procedures, lost.value, "", "", ""])
    for group in result.groups:
        for figure in ("E1", "E2", "contract_stage"):
            found = group[figure]
            writer.writerow(["group", *(safe(group[name]) for name in names), figure, *(safe(found[part]) for part in MEASURE)])
    for row in result.excluded:
        writer.writerow(["excluded", *empty, row.reason, row.procedures, row.value, "", "", ""])
