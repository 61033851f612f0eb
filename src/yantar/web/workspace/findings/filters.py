"""What the list of findings is narrowed by, as a form in its address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.qms.findings.models import Grade, OriginKind, State
from yantar.qms.findings.queries import OPEN, ORDERS, Wanted, processes_found_in
from yantar.qms.organisation import queries as organisation
from yantar.web.workspace.forms import DayField

EVERYDAY = ("q", "authority", "state", "grade")
"""Always in sight; the others open on demand."""


class QuickSelect(forms.Select):
    """A select of hundreds of options that costs no template for each of them. Nothing but flat lists."""

    def render(self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = "".join(
            f'<option value="{escape(str(key))}"{" selected" if str(key) == chosen else ""}>{escape(str(label))}</option>'
            for key, label in self.choices
        )
        given = {**self.attrs, **(attrs or {}), "name": name}
        return format_html("<select{}>{}</select>", format_html_join("", ' {}="{}"', given.items()), SafeString(options))


class Filters(forms.Form):
    """Anything that is not a choice is passed over: an address typed by hand never breaks."""

    q = forms.CharField(label=_("Number or words"), required=False, max_length=200)
    authority = forms.ChoiceField(label=_("Authority"), required=False, widget=QuickSelect)
    state = forms.ChoiceField(label=_("State"), required=False, widget=QuickSelect)
    grade = forms.ChoiceField(label=_("Grade"), required=False, widget=QuickSelect, choices=[("", _("all")), *Grade.choices])
    source = forms.ChoiceField(label=_("Source"), required=False, widget=QuickSelect, choices=[("", _("all")), *OriginKind.choices])
    clause = forms.CharField(label=_("Clause"), required=False, max_length=20, widget=forms.TextInput(attrs={"placeholder": "8.5"}))
    unit = forms.TypedChoiceField(label=_("Unit"), required=False, coerce=int, empty_value=None, widget=QuickSelect)
    process = forms.TypedChoiceField(label=_("Process"), required=False, coerce=int, empty_value=None, widget=QuickSelect)
    owner = forms.CharField(label=_("Owner"), required=False, max_length=100)
    since = DayField(label=_("Raised from"), required=False)
    until = DayField(label=_("Raised until"), required=False)
    case = forms.CharField(label=_("Government-wide case"), required=False, max_length=20)
    late = forms.BooleanField(label=_("Late only"), required=False)
    repeated = forms.BooleanField(label=_("Repeated only"), required=False)
    mine = forms.BooleanField(label=_("Waiting for me"), required=False)
    order = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, label_suffix="")
        today = clock.today()
        self._choose("authority", authority_choices(request.user))
        self._choose("state", [("", _("all")), (OPEN, _("everything open")), *State.choices])
        chosen = organisation.authority_on(str(self.data.get("authority") or ""), today) if self.data.get("authority") else None
        if chosen is None:
            # Units and processes are chosen within one authority.
            del self.fields["unit"], self.fields["process"]
        else:
            units = organisation.units_tree(request.user, chosen.authority, today)
            self._choose("unit", [("", _("all")), *((unit.unit_id, "\u2003" * unit.depth + unit.name) for unit in units)])
            self._choose("process", [("", _("all")), *((one.pk, one.name) for one in processes_found_in(chosen.authority))])

    def _choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What the address asks for."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if given.get("order", "").removeprefix("-") not in ORDERS:
            given.pop("order", None)
        return Wanted(**given)

    @property
    def everyday(self) -> Sequence[forms.BoundField]:
        return [self[name] for name in EVERYDAY]

    @property
    def further(self) -> Sequence[forms.BoundField]:
        """The rest but for the switches."""
        return [field for field in self.visible_fields() if field.name not in EVERYDAY and not isinstance(field.field, forms.BooleanField)]

    @property
    def switches(self) -> Sequence[forms.BoundField]:
        return [field for field in self.visible_fields() if isinstance(field.field, forms.BooleanField)]

    @property
    def further_used(self) -> bool:
        """Whether something out of sight narrows the list."""
        return any(self.cleaned_data.get(field.name) for field in (*self.further, *self.switches))


def authority_choices(viewer: Any, only: set[int] | None = None) -> list[tuple[str, Any]]:
    """Authorities of today by name, all of them or some; plain values, since every page of a list asks for hundreds."""
    name = "name_en" if get_language() == "en" else "name_ru"
    rows = organisation.authorities(viewer, clock.today()).values_list("authority_id", "authority__code", name)
    named = sorted((words, code) for pk, code, words in rows if only is None or pk in only)
    return [("", _("all")), *((code, words) for words, code in named)]


def known(given: Mapping[str, Any]) -> dict[str, str]:
    """What of an address a saved filter keeps: known parameters with a value, in one order, no page."""
    return {name: str(given[name]) for name in Filters.base_fields if given.get(name)}
