"""Forms about processes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yantar.core import clock
from yantar.qms.organisation.models import Unit
from yantar.qms.organisation.queries import units_tree
from yantar.qms.people.fields import choices
from yantar.qms.people.models import Auditor
from yantar.qms.people.queries import AuditorFilters, auditors
from yantar.qms.services.actions.processes import LONG_TEXTS, TEXTS
from yantar.qms.services.models import PartKind, Process, ProcessKind
from yantar.qms.standards.models import Clause, Edition
from yantar.web.workspace.forms import ActionForm, DayField, Lines
from yantar.web.workspace.people.forms import PlaceField

_SPLIT = re.compile(r"[\s,;]+")


class ClauseField(forms.CharField):
    """Clauses of one edition by their numbers, as "8.2, 8.5.1"."""

    def __init__(self, edition: Edition, **kwargs: Any) -> None:
        self.edition = edition
        label = _g("Clauses of %(edition)s") % {"edition": edition.designation}
        super().__init__(label=label, required=False, max_length=2000, **kwargs)

    def clean(self, value: Any) -> list[Clause]:
        wanted = [number for number in _SPLIT.split(super().clean(value)) if number]
        known = {clause.number: clause for clause in Clause.objects.filter(edition=self.edition, number__in=wanted)}
        if missing := [number for number in wanted if number not in known]:
            message = _g("There are no such clauses in %(edition)s: %(numbers)s.")
            raise ValidationError(message % {"edition": self.edition.designation, "numbers": ", ".join(missing)}, code="unknown_clause")
        return [known[number] for number in dict.fromkeys(wanted)]


class ProcessForm(ActionForm):
    """All that is said of a process. `editions`: those whose clauses are asked for; clauses of others stay as they are."""

    code = forms.CharField(label=_("Code"), max_length=40)
    kind = forms.ChoiceField(label=_("Band"), choices=ProcessKind.choices)
    order = forms.IntegerField(label=_("Place in the band"), min_value=0, max_value=999, required=False)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=300)
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    owner_unit = PlaceField(Unit, label=_("Unit that owns it"))
    owner_post = forms.CharField(label=_("Post of the owner"), max_length=300, required=False, help_text=_("The post, not the name of the person."))
    field = forms.ChoiceField(label=_("Field of audit"), required=False, help_text=_("The competence that auditing it takes."))
    inputs_ru = Lines(label=_("Inputs in Russian"), rows=2, required=False)
    inputs_en = Lines(label=_("Inputs in English"), rows=2, required=False)
    outputs_ru = Lines(label=_("Outputs in Russian"), rows=2, required=False)
    outputs_en = Lines(label=_("Outputs in English"), rows=2, required=False)
    indicator_ru = forms.CharField(label=_("Indicator in Russian"), max_length=300, required=False)
    indicator_en = forms.CharField(label=_("Indicator in English"), max_length=300, required=False)
    indicator_target = forms.CharField(label=_("Target"), max_length=100, required=False)
    risk_ru = Lines(label=_("Risk in Russian"), rows=2, required=False)
    risk_en = Lines(label=_("Risk in English"), rows=2, required=False)
    documents = Lines(label=_("Documents, one a line"), required=False)

    BEFORE: tuple[Any, ...] = (("code", "kind", "order"), ("name_ru", "name_en"))
    OWNER: tuple[Any, ...] = ([_("Who answers for it")], ("owner_unit", "owner_post"))
    AFTER: tuple[Any, ...] = (
        [_("What goes in, what comes out")],
        ("inputs_ru", "inputs_en"),
        ("outputs_ru", "outputs_en"),
        [_("By what it is measured")],
        ("indicator_ru", "indicator_en"),
        "indicator_target",
        [_("Risk and audit")],
        ("risk_ru", "risk_en"),
        "field",
        "documents",
    )

    def __init__(
        self, *args: Any, viewer: Any, authority: Any, editions: Sequence[Edition] = (), process: Process | None = None, **kwargs: Any
    ) -> None:
        self.asked = {f"clauses_{edition.pk}": edition for edition in editions}
        self.process = process
        self.layout = (*self.BEFORE, *(self.OWNER if authority else ()), *self.AFTER, *self.asked)
        if process is not None:
            names = ("code", "kind", "order", "field", "owner_unit", *TEXTS, *LONG_TEXTS)
            kwargs["initial"] = {name: getattr(process, name) for name in names}
            for name, edition in self.asked.items():
                kwargs["initial"][name] = ", ".join(one.number for one in process.clauses.all() if one.edition_id == edition.pk)
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [("", "—"), *choices()]  # type: ignore[attr-defined]
        for name, edition in self.asked.items():
            self.fields[name] = ClauseField(edition, help_text=_g("Numbers, as 8.2, 8.5.1. A number stands for everything beneath it."))
        if authority is None:
            del self.fields["owner_unit"], self.fields["owner_post"]
        else:
            nodes = units_tree(viewer, authority, clock.today())
            self.fields["owner_unit"].offer([(n.unit_id, "\u2003" * n.depth + n.name) for n in nodes])  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        texts = {name: data.pop(name) for name in (*TEXTS, *LONG_TEXTS) if name in data}
        clauses = [clause for name in self.asked for clause in data.pop(name)]
        asked = {edition.pk for edition in self.asked.values()}
        given: dict[str, Any] = {**data, "clauses": clauses, "texts": texts}
        if self.process is None:
            return {**given, "name_ru": texts.pop("name_ru")}
        clauses += [clause for clause in self.process.clauses.all() if clause.edition_id not in asked]
        return {**given, "no_owner_unit": "owner_unit" in data and data["owner_unit"] is None}


class EndForm(ActionForm):
    """When a process is no longer carried out."""

    effective_on = DayField(label=_("The first day without it"))


class FactsForm(ActionForm):
    """What the risk of a process is computed from; what nobody knows stays empty."""

    known_on = DayField(label=_("As of"))
    cases_per_year = forms.IntegerField(label=_("Cases a year"), min_value=0, max_value=2_000_000_000, required=False)
    vulnerable = forms.BooleanField(label=_("Concerns vulnerable groups"), required=False)
    legal_weight = forms.TypedChoiceField(
        label=_("Legal and financial weight"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("", _("not known")),
            (0, _("0: none")),
            (1, _("1: little")),
            (2, _("2: considerable")),
            (3, _("3: rights, licences, or more than 1 per cent of the budget")),
        ],
    )
    complaints_per_1000 = forms.DecimalField(label=_("Complaints per 1,000 cases"), min_value=0, max_digits=7, decimal_places=2, required=False)
    breaches_percent = forms.DecimalField(label=_("Deadlines missed, %"), min_value=0, max_value=100, decimal_places=2, required=False)
    changes = forms.IntegerField(
        label=_("Changes in 12 months"), min_value=0, max_value=999, required=False, help_text=_("New laws, new systems, new tasks.")
    )
    source = forms.CharField(label=_("Where it is from"), max_length=500, required=False)

    layout: tuple[Any, ...] = (
        "known_on",
        ("cases_per_year", "legal_weight"),
        "vulnerable",
        ("complaints_per_1000", "breaches_percent", "changes"),
        "source",
    )


class PartForm(ActionForm):
    """Which auditor owns or performs a process."""

    auditor = forms.ModelChoiceField(
        label=_("Auditor"), queryset=Auditor.objects.none(), help_text=_("Whoever has a part in a process doesn't audit it, nor for two years after.")
    )
    part = forms.ChoiceField(label=pgettext_lazy("processes", "Part"), choices=PartKind.choices, initial=PartKind.PERFORMER)
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("Until (the first day without it)"), required=False)

    layout: tuple[Any, ...] = (("auditor", "part"), ("valid_from", "valid_to"))

    def __init__(self, *args: Any, viewer: Any, authority: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = auditors(viewer, AuditorFilters(ended=True))
        own = [(one.pk, one.name) for one in seen if authority is not None and one.authority_id == authority.pk]
        others = [(one.pk, one.name) for one in seen if authority is None or one.authority_id != authority.pk]
        field = self.fields["auditor"]
        field.queryset = Auditor.objects.filter(pk__in=[pk for pk, _name in (*own, *others)])  # type: ignore[attr-defined]
        groups = [(_g("of this authority"), own), (_g("of other authorities"), others)]
        field.choices = [("", "—"), *((title, rows) for title, rows in groups if rows)]  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = clock.today()


class AdoptForm(ActionForm):
    """Which processes of the template an authority takes."""

    templates = forms.ModelMultipleChoiceField(
        label=_("Processes"),
        queryset=Process.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one process.")},
    )
    field = forms.ChoiceField(
        label=_("Field of audit of the core processes"), required=False, help_text=_("For those to which the template gives none.")
    )
    valid_from = DayField(label=_("From"))

    layout: tuple[Any, ...] = (("field", "valid_from"),)

    def __init__(self, *args: Any, offered: Iterable[Process], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(offered)
        self.fields["templates"].queryset = Process.objects.filter(pk__in=[one.pk for one in rows])  # type: ignore[attr-defined]
        self.fields["field"].choices = [("", "—"), *choices()]  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = clock.today()
        self.offered = rows

    @property
    def ticked(self) -> set[str]:
        """Keys of what is chosen; at first all of it."""
        if not self.is_bound:
            return {str(one.pk) for one in self.offered}
        return set(self.data.getlist("templates"))  # type: ignore[attr-defined]
