"""The form of a mapping: for every column of the list what it states, what its words mean, and what holds for the whole list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem
from yantar.engine.savings.mapping.fields import FIELDS, GROUPS, FieldKind, RowKind
from yantar.engine.savings.mapping.headings import key as heading_key
from yantar.engine.savings.mapping.reading import list_words
from yantar.engine.savings.mapping.suggesting import LIKELY, Guess, Looked, code_of, draft_content, words_of
from yantar.engine.savings.result import Words
from yantar.web.workspace.forms import ActionForm, Lines

MAX_COLUMNS = 100
"""Columns that the page shows; what stands further right is left out and said so."""
ROWS = [
    ("procedure", _("a procedure")),
    ("lot", _("a lot of a procedure")),
    ("contract", _("a contract of a procedure")),
    ("bid", _("a bid of a procedure")),
]
DECIMALS = [("auto", _("tell by each amount")), ("comma", _("12 000,50 or 12.000,50")), ("point", _("12000.50 or 12,000.50"))]
DATES = [("dmy", _("day, month, year: 03.04.2026")), ("mdy", _("month, day, year: 04/03/2026"))]
LAWS = [("", _("not stated")), ("44-FZ", _("44-FZ")), ("223-FZ", _("223-FZ")), ("94-FZ", _("94-FZ"))]
METHODS = [
    ("", _("as the column says")),
    ("open", _("open to all")),
    ("selective", _("invited only")),
    ("limited", _("closed")),
    ("direct", _("single supplier")),
]
CODES: dict[str, dict[str, Any]] = {
    "method": {"open": _("open to all"), "selective": _("invited only"), "limited": _("closed to others"), "direct": _("single supplier")},
    "law": {"44-FZ": "44-ФЗ", "223-FZ": "223-ФЗ", "94-FZ": "94-ФЗ"},
    "category": {"goods": _("goods"), "works": _("works"), "services": _("services")},
    "vat": {"with": _("with VAT"), "without": _("without VAT")},
    "status": {
        "complete": _("complete: a supplier was found"),
        "unsuccessful": _("failed: no bids, or none that fits"),
        "cancelled": _("cancelled"),
        "withdrawn": _("withdrawn"),
        "active": _("under way"),
        "planned": _("in the plan"),
        "planning": _("in preparation"),
    },
    "award_status": {"active": _("in force"), "pending": _("pending"), "cancelled": _("cancelled"), "unsuccessful": _("no winner")},
    "contract_status": {"active": _("in force"), "pending": _("pending"), "cancelled": _("cancelled"), "terminated": _("terminated")},
    "bid_status": {
        "valid": _("admitted"),
        "disqualified": _("disqualified"),
        "withdrawn": _("withdrawn"),
        "pending": _("pending"),
        "invited": _("invited"),
    },
}
CODES["lot_status"] = CODES["status"]
METHODS = [("", _("as the column says")), *CODES["method"].items()]


def language() -> str:
    """The language of data: "ru" or "en"."""
    return "en" if get_language() == "en" else "ru"


def field_title(name: str) -> str:
    """What a field is called in the reader's language."""
    return str(list_words()["fields"][name][language()])


_title = lazy(field_title, str)


@dataclass(frozen=True, slots=True)
class Asked:
    """A column on the page: what is known of it, its select, the selects of its words."""

    guess: Guess
    select: Any
    """None: it can't be read by its heading, because it has none or another column has the same."""
    sure: bool
    words: tuple[tuple[str, Any], ...]


class MappingForm(ActionForm):
    """Parameters of `add_mapping`, with the content made of what was chosen for each column."""

    key = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("Small Latin letters, digits, hyphens: “ministry-list”. The same code again makes a new version.")
    )
    title_ru = forms.CharField(label=_("Title in Russian"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    rows = forms.ChoiceField(label=_("One row is"), choices=ROWS, initial="procedure")
    decimals = forms.ChoiceField(label=_("How amounts are written"), choices=DECIMALS, initial="auto")
    dates = forms.ChoiceField(
        label=_("How days are written"),
        choices=DATES,
        initial="dmy",
        help_text=_("2026-04-03 and days of spreadsheet programs are always understood."),
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="RUB", required=False, help_text=_("Where no column says it."))
    law = forms.ChoiceField(label=_("Law"), choices=LAWS, required=False, help_text=_("Where no column says it."))
    method = forms.ChoiceField(label=_("Method of procurement"), choices=METHODS, required=False, help_text=_("Where no column says it."))
    failed = forms.BooleanField(label=_("A row without a winner is a failed procedure"), required=False)
    limits_ru = Lines(
        label=_("What a reader of the figures has to know of this list"),
        rows=2,
        required=False,
        help_text=_("E.g. that its prices are capped, or that failed procedures are not in it."),
    )
    layout = (
        ("title_ru", "title_en"),
        ("key", "rows"),
        ("decimals", "dates"),
        ("currency", "law", "method"),
        "failed",
        "limits_ru",
    )

    def __init__(self, looked: Looked, guesses: tuple[Guess, ...], *, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> None:
        self.looked = looked
        self.guesses = guesses[:MAX_COLUMNS]
        if data is not None:
            data = data.copy()
            for position, name in self._chosen(data).items():
                # A column that became a status only now has words that nobody was asked about yet.
                for number, word in enumerate(words_of(looked, position) if name in CODES else ()):
                    data.setdefault(f"w{position}_{number}", code_of(name, word))
        super().__init__(data=data, initial=initial)
        self._columns()

    def _readable(self) -> Iterator[Guess]:
        seen: set[str] = set()
        for guess in self.guesses:
            heading = heading_key(guess.heading)
            if heading and heading not in seen and len(guess.heading) <= 300:
                seen.add(heading)
                yield guess

    def _chosen(self, data: Any) -> dict[int, str]:
        return {guess.position: name for guess in self._readable() if (name := str(data.get(f"c{guess.position}", ""))) in FIELDS}

    def _columns(self) -> None:
        options = [("", _("— leave it out"))] + [(name, _title(name)) for name in FIELDS]
        start = {guess.position: self.initial.get(f"c{guess.position}", guess.field) for guess in self._readable()}
        now = self._chosen(self.data) if self.is_bound else start
        for guess in self._readable():
            place = guess.position
            label = guess.heading
            self.fields[f"c{place}"] = forms.ChoiceField(label=label, choices=options, required=False, initial=start[place])
            name = now.get(place, "")
            if name in CODES:
                codes = [("", _("— says nothing"))] + list(CODES[name].items())
                for number, word in enumerate(words_of(self.looked, place)):
                    given = self.initial.get(f"w{place}_{number}", code_of(name, word))
                    self.fields[f"w{place}_{number}"] = forms.ChoiceField(label=word, choices=codes, required=False, initial=given)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget.attrs.setdefault("class", "form-select")

    def columns(self) -> list[Asked]:
        """The columns as the page shows them."""
        made = []
        for guess in self.guesses:
            name = f"c{guess.position}"
            words = [one for one in self.fields if one.startswith(f"w{guess.position}_")]
            select = self[name] if name in self.fields else None
            made.append(Asked(guess, select, guess.confidence >= LIKELY, tuple((str(self.fields[one].label), self[one]) for one in words)))
        return made

    @property
    def left_out(self) -> int:
        """Columns further right than the page shows."""
        return max(0, len(self.looked.headings) - MAX_COLUMNS)

    def clean(self) -> dict[str, Any]:
        """What only the whole can show: which columns are needed, which state the same."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = self._chosen(cleaned)
        rows: RowKind = cleaned.get("rows", "procedure")
        problems = []
        if "procedure_id" not in chosen.values():
            problems.append(Problem(_("Say which column is the number of the procedure."), "required"))
        needed = {"lot": {"lot_id"}, "contract": {"contract_id"}, "bid": {"bid_id", "bidder_id", "bidder_inn"}}.get(rows, set())
        if needed and not needed & set(chosen.values()):
            names = ", ".join(field_title(name) for name in FIELDS if name in needed)
            problems.append(Problem(_("For such rows one of these is needed: %(names)s.") % {"names": names}, "required", "rows"))
        for place, name in chosen.items():
            first = next(position for position, one in chosen.items() if one == name)
            if first != place:
                said = _("Another column states the same: %(heading)s.") % {"heading": self.looked.headings[first]}
                problems.append(Problem(said, "twice", f"c{place}"))
            if FIELDS[name].group not in GROUPS[rows]:
                problems.append(Problem(_("Such rows can't state this."), "row", f"c{place}"))
        self.refuse(problems)
        return cleaned

    def content(self) -> dict[str, Any]:
        """The mapping as plain values. Only of a form that is valid."""
        cleaned = self.cleaned_data
        chosen = self._chosen(cleaned)
        rows: RowKind = cleaned["rows"]
        title = Words(ru=cleaned["title_ru"] or "—", en=cleaned["title_en"] or cleaned["title_ru"] or "—")
        made = draft_content(self.looked.headings, chosen, rows=rows, id_=cleaned["key"].strip().lower(), title=title)
        made["decimals"] = cleaned["decimals"]
        made["dates"] = ["ymd", cleaned["dates"]]
        if text := cleaned["limits_ru"].strip():
            made["limits"] = [{"ru": text, "en": text}]
        file = made["files"][0]
        by_heading = {heading: position for position, heading in enumerate(self.looked.headings) if position in chosen}
        for column in file["columns"]:
            place = by_heading[column["headings"][0]]
            if column["field"] in CODES and FIELDS[column["field"]].kind is FieldKind.CODE:
                told = {word[:300]: cleaned.get(f"w{place}_{number}", "") for number, word in enumerate(words_of(self.looked, place))}
                column["words"] = {**told, **{word: code for word, code in column.get("words", {}).items() if word not in told}}
        constants = file["constants"]
        constants.pop("currency")
        if currency := cleaned["currency"].strip().upper():
            constants["currency"] = currency
        constants.update({name: cleaned[name] for name in ("law", "method") if cleaned[name]})
        who = next((name for name in ("supplier_name", "supplier_inn", "supplier_id") if name in chosen.values()), "")
        if cleaned["failed"] and who and rows != "bid":
            status = "lot_status" if rows == "lot" else "status"
            rule: dict[str, Any] = {"when": {"field": who, "is": "empty"}, "set": {status: "unsuccessful", "award_status": "unsuccessful"}}
            if status in chosen.values():
                # What was cancelled, or is not over, has no winner either.
                rule["unless"] = {"field": status, "is": "one_of", "values": ["cancelled", "withdrawn", "active", "planned", "planning"]}
            file["rules"] = [*file["rules"], rule]
            if status not in chosen.values():
                constants[status] = "complete"
        return made

    def parameters(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("key", "title_ru", "title_en")} | {"content": self.content()}
