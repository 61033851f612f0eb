"""The report of a figure as a PDF: the method, the measures, the reconciliation, what is doubtful, hashes and how to repeat it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext as _

from yantar.core.pdf import compile_pdf
from yantar.engine.savings.ingest.quarantine import load_reasons
from yantar.engine.savings.method import load_method
from yantar.qms.organisation.queries import government

from ..models import Choice, Figure, FigureState
from .lists import plain

TEMPLATE = Path(__file__).with_name("figure.typ")
MOST_LINES = 300
"""Decisions and quarantined fields that are printed; the rest is in the files."""


def write(figure: Figure, path: Path, language: str) -> None:
    """Write the report in a language ("ru" or "en")."""
    with override(language):
        path.write_bytes(compile_pdf(TEMPLATE, content(figure), language))


def content(figure: Figure) -> dict[str, Any]:
    """Everything the template prints, in the language that is active; all values are text."""
    raw, held = figure.raw, figure.defended
    method = load_method(figure.method)
    house = government()
    english = get_language() == "en"
    currency = held["currency"]
    return {
        "title": _("Savings of procurement %(number)s") % {"number": figure.number},
        "subtitle": plain(figure.title),
        "government": (house.name_en if english else house.name_ru) if house is not None else "",
        "page_of": _("page %(n)s of %(total)s") % {"n": "{n}", "total": "{total}"},
        "state": _state(figure),
        "facts": [pair for pair in _facts(figure) if pair[1]],
        "headline": [
            [_("Saved under competition (E1)"), f"{_money(held['E1']['saved'])} {currency}"],
            [_("Share of the baseline"), _percent(held["E1"]["share"])],
            [_("Procedures counted"), _count(held["E1"]["procedures"])],
        ],
        "measures_title": _("The measures"),
        "measures_heads": [_("Measure"), _("Procedures"), _("Baseline"), _("Awarded"), _("Saved"), _("Share")],
        "measures": [
            *_measure(_("E1: two bidders and more"), held["E1"]),
            *_measure(_("One bidder"), held["one_bid"]),
            *_measure(_("E2: one bidder and more"), held["E2"]),
            *_measure(_("E1 by contracts, after amendments"), held["contract_stage"]),
            *(_measure(_("E1 before decisions on single procedures"), raw["E1"]) if figure.settlements else ()),
        ],
        "beside": list(_beside(held)),
        "reconciliation_title": _("Reconciliation with the input"),
        "reconciliation_words": _("Everything that was read is counted or left out for one reason. The difference must be zero."),
        "reconciliation_heads": [_("Line"), _("Procedures"), _("Value")],
        "reconciliation": list(_reconciliation(held["reconciliation"])),
        "excluded_title": _("Left out, by reason"),
        "excluded_heads": [_("Reason"), _("Procedures"), _("Value in the input")],
        "excluded": [[_said(one["title"]), _count(one["procedures"]), _money(one["value"])] for one in held["excluded"] if one["procedures"]],
        "named_title": _("Named, and never blended in"),
        "named_heads": [_("What"), _("Where"), _("Procedures"), _("Saved")],
        "named": [
            [_said(one["title"]), _where(one["within"]), _count(one["procedures"]), _money(one["saved"])]
            for one in held["named"]
            if one["procedures"]
        ],
        "sensitivity_title": _("How the figure moves under each doubtful choice"),
        "sensitivity_heads": [_("Choice"), _("E1 under it"), _("Moved by")],
        "sensitivity": [[_said(one["title"]), _money(one["E1"]["saved"]), _signed(one["moved"])] for one in held["sensitivity"]],
        "decisions_title": _("Decisions on single procedures"),
        "decisions_heads": [_("Procedure"), _("Decision"), _("Reason")],
        "decisions": [[plain(one["procedure"]), str(Choice(one["choice"]).label), plain(one["reason"])] for one in figure.settlements[:MOST_LINES]],
        "decisions_more": _more(len(figure.settlements)),
        "quarantine_title": _("What the records did not let be used"),
        "quarantine_heads": [_("Field"), _("Reason"), _("Values")],
        "quarantine": list(_quarantine(held["quarantine"])),
        "method_title": _("The method"),
        "method_name": f"{method.id}. {_words(method.title)}",
        "method": [[_words(one.title), _words(one.text), one.source] for one in method.formulas],
        "repeat_title": _("How to repeat it"),
        "repeat_words": _("Whoever has the same files gets the same kopecks. No account and no database are needed:"),
        "repeat_command": f"yantar savings --repeat {figure.number}.json FILE…",
        "hashes_title": _("Hashes (SHA-256)"),
        "hashes": list(_hashes(figure)),
    }


def _state(figure: Figure) -> str:
    if figure.state == FigureState.DRAFT:
        return _("Draft, not published")
    published = date_format(figure.published_at, "DATE_FORMAT") if figure.published_at else "—"
    said = _("Published on %(day)s") % {"day": published}
    if figure.state == FigureState.WITHDRAWN:
        said += ". " + _("Withdrawn: %(reason)s") % {"reason": plain(figure.withdrawn_why)}
    return said


def _facts(figure: Figure) -> Iterable[list[str]]:
    held = figure.defended
    yield [_("Period of publication"), _period(figure.period_from, figure.period_to)]
    yield [_("Records"), plain(figure.dataset.title)]
    yield [_("Origin"), plain(figure.dataset.origin)]
    yield [_("Date of the data"), _day(figure.dataset.data_on)]
    yield [_("Currency"), held["currency"]]
    if figure.population:
        yield [_("Inhabitants"), _count(figure.population)]
        yield [_("Saved per inhabitant (E1)"), _money(held["per_inhabitant"]) if held.get("per_inhabitant") is not None else ""]


def _beside(held: Mapping[str, Any]) -> Iterable[list[str]]:
    net, lost = held["net"], held["lost"]
    yield [
        _("Net after 12 months"),
        _("%(net)s of %(procedures)s procedures (increases %(increases)s, terminated %(terminated)s, bought again %(again)s); too young: %(young)s")
        % {
            "net": _money(net["net"]),
            "procedures": _count(net["procedures"]),
            "increases": _money(net["increases"]),
            "terminated": _money(net["terminated"]),
            "again": _money(net["bought_again"]),
            "young": _count(net["too_young"]),
        },
    ]
    yield [
        _("Lost: cancelled and failed, never a saving"),
        _("%(value)s in %(procedures)s procedures") % {"value": _money(lost["value"]), "procedures": _count(lost["procedures"])},
    ]
    indicators = held["indicators"]
    for key, title in (("average_bidders", _("Bidders on average")), ("one_bid_share", _("Share of procedures with one bidder"))):
        if key in indicators:
            yield [title, _percent(indicators[key]) if key.endswith("share") else _number(indicators[key], 2)]


def _reconciliation(check: Mapping[str, Any]) -> Iterable[list[str]]:
    yield [_("Input"), _count(check["input_procedures"]), _money(check["input_value"])]
    yield [_("Counted (E2)"), _count(check["included_procedures"]), _money(check["included_baseline"])]
    yield [_("Lots without an award, in counted procedures"), "", _money(check["included_lots_not_awarded"])]
    yield [_("Tender's value less its lots, in counted procedures"), "", _money(check["included_difference"])]
    yield [_("Left out"), _count(check["excluded_procedures"]), _money(check["excluded_value"])]
    for currency, value in check["other_currencies"].items():
        yield [_("In the input, in %(currency)s") % {"currency": currency}, "", _money(value)]
    yield [_("Difference: must be zero"), _count(check["difference_procedures"]), _money(check["difference_value"])]


def _quarantine(found: Mapping[str, Any]) -> Iterable[list[str]]:
    known = load_reasons()
    for one in sorted(found["reasons"], key=lambda row: -row["rows"])[:MOST_LINES]:
        words = _words(known[one["reason"]].title) if one["reason"] in known else one["reason"]
        yield [one["field"] or "—", words, _count(one["rows"])]


def _hashes(figure: Figure) -> Iterable[list[str]]:
    for one in figure.defended["manifest"]["input"]:
        yield [plain(one["name"]), one["sha256"]]
    yield [_("Manifest of the dataset"), figure.dataset.sha256]
    yield [_("Method"), figure.defended["method"]["sha256"]]
    if figure.defended["decisions_sha256"]:
        yield [_("Decisions"), figure.defended["decisions_sha256"]]


def _measure(title: str, one: Mapping[str, Any]) -> Iterable[list[str]]:
    yield [title, _count(one["procedures"]), _money(one["baseline"]), _money(one["awarded"]), _money(one["saved"]), _percent(one["share"])]


def _where(within: str) -> str:
    return {"E1": "E1", "E2": "E2", "excluded": gettext("left out")}[within]


def _more(count: int) -> str:
    return _("The first %(shown)s of %(count)s; all are in the JSON file.") % {"shown": MOST_LINES, "count": count} if count > MOST_LINES else ""


def _said(title: Mapping[str, str]) -> str:
    return title["en" if get_language() == "en" else "ru"]


def _words(title: Any) -> str:
    return str(title.en if get_language() == "en" else title.ru)


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day is not None else ""


def _period(start: date | None, end: date | None) -> str:
    return f"{_day(start) or '…'} – {_day(end) or '…'}" if start or end else _("all of the records")


def _number(value: Any, places: int) -> str:
    # The formatter cuts off; what is printed is rounded, half up.
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return str(number_format(rounded, places, use_l10n=True, force_grouping=True))


def _money(value: Any) -> str:
    return _number(value, 2)


def _signed(value: Any) -> str:
    return ("+" if Decimal(value) > 0 else "") + _money(value)


def _count(value: Any) -> str:
    return _number(value, 0)


def _percent(value: str | None) -> str:
    return f"{_number(Decimal(value) * 100, 2)} %" if value is not None else "—"
