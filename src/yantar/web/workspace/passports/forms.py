"""Forms about services, passports and limits of the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import get_language
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.problems import Problem
from yantar.qms.organisation.models import Authority, Site
from yantar.qms.services.limits import KnownLimit
from yantar.qms.services.models import Channel, DaysUnit, DocumentSource, GroundKind, Level, Process, Service, ServicePassport
from yantar.qms.services.promise import FIELDS, ROWS
from yantar.web.workspace.forms import ActionForm, DayField, Lines, lines

from .words import ONE_OF

MORE = 3
"""Empty rows that "add rows" gives."""
MOST_ROWS = 100
SHORT = "form-control"


def _field(model: Any, name: str, **kwargs: Any) -> Any:
    """A form field of a model's column that leaves it to the action to say what is wrong."""
    column = model._meta.get_field(name)
    made = column.formfield(**kwargs)
    made.required = False
    made.validators = []
    return made


def _authority_field(offered: Sequence[tuple[Authority, str]], *, empty: bool = False, **kwargs: Any) -> forms.ModelChoiceField[Authority]:
    """One of these authorities, by its code."""
    chosen = Authority.objects.filter(pk__in=[one.pk for one, _name in offered])
    field = forms.ModelChoiceField(label=_("Authority"), queryset=chosen, to_field_name="code", **kwargs)
    field.choices = [*([("", "—")] if empty else []), *((one.code, name) for one, name in offered)]
    return field


class ServiceForm(ActionForm):
    """A new service."""

    authority = forms.Field()
    code = forms.SlugField(label=_("Code"), max_length=60, help_text=_("Latin letters, digits and hyphens; part of the address. It never changes."))
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    valid_from = DayField(label=_("Provided since"))

    layout: tuple[Any, ...] = ("authority", ("code", "level"), "valid_from")

    def __init__(self, *args: Any, offered: Sequence[tuple[Authority, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"] = _authority_field(offered, empty=True)
        self.fields["valid_from"].initial = clock.today()


class ChangeServiceForm(ActionForm):
    """Level and process of a service."""

    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    process = forms.ModelChoiceField(label=_("Process"), queryset=Process.objects.none(), required=False)

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, initial={"level": service.level, "process": service.process_id}, **kwargs)
        offered = Process.objects.on(clock.today()).filter(authority=service.authority_id) | Process.objects.filter(pk=service.process_id or 0)
        self.fields["process"].queryset = offered.order_by("kind", "order", "code")  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        return {**self.cleaned_data, "no_process": self.cleaned_data["process"] is None}


class EndServiceForm(ActionForm):
    """When a service is no longer provided."""

    effective_on = DayField(label=_("The first day without it"))


class PlacesForm(ActionForm):
    """Where a service is provided."""

    sites = forms.ModelMultipleChoiceField(label=_("Provided at"), queryset=Site.objects.none(), widget=forms.CheckboxSelectMultiple, required=False)
    valid_from = DayField(label=_("From"))

    def __init__(self, *args: Any, offered: Sequence[tuple[Site, str]], have: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, initial={"sites": have, "valid_from": clock.today()}, **kwargs)
        field = self.fields["sites"]
        field.queryset = Site.objects.filter(pk__in=[site.pk for site, _name in offered])  # type: ignore[attr-defined]
        field.choices = [(site.pk, name) for site, name in offered]  # type: ignore[attr-defined]


class AgreeForm(ActionForm):
    """Nothing but the word that it is agreed."""


class EnactForm(ActionForm):
    """From which day a version holds."""

    valid_from = DayField(label=_("In force from"), help_text=_("Today or a later day; the version before it holds until then."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_from": clock.today()}, **kwargs)


class DropForm(ActionForm):
    """Why a version is given up."""

    reason = Lines(label=_("Why"), rows=2)


def _source(limit: KnownLimit) -> str:
    return limit.source(get_language() or "ru")


class CallBackForm(ActionForm):
    """Why a version that was to come into force is taken back."""

    reason = Lines(label=_("Why"), rows=2, help_text=_("Everybody reads it on the page of the service."))


class LimitForm(ActionForm):
    """What a limit of the law is from a day on."""

    days = forms.IntegerField(label=_("Days"), required=False)
    unit = forms.ChoiceField(label=_("Counted in"), choices=DaysUnit.choices, required=False)
    last_day = forms.ChoiceField(
        label=_("If the last day is a day off"),
        choices=[("none", _("it stays")), ("before", _("the working day before")), ("after", _("the next working day"))],
        required=False,
    )
    valid_from = DayField(label=_("Valid from"))
    source = Lines(label=_("Source"), rows=2, required=False, help_text=_("The act and its article."))
    confirmed = forms.BooleanField(label=_("Confirmed by the lawyer"), required=False)

    layout: tuple[Any, ...] = (("days", "unit"), ("last_day", "valid_from"), "source", "confirmed")

    def __init__(self, *args: Any, limit: KnownLimit, **kwargs: Any) -> None:
        initial = {"days": limit.days or None, "unit": limit.unit, "last_day": limit.last_day, "source": _source(limit), "valid_from": clock.today()}
        super().__init__(*args, initial=initial, **kwargs)
        if not limit.days:
            self._leave_out("days", "unit")
        if not limit.last_day:
            self._leave_out("unit", "last_day")

    def _leave_out(self, *names: str) -> None:
        for name in names:
            self.fields.pop(name, None)
        self.helper.layout = lines(*self.fields)


class ConfirmLimitForm(ActionForm):
    """The lawyer's word."""

    source = Lines(label=_("Source"), rows=2, help_text=_("The act and its article, as the lawyer names them."))

    def __init__(self, *args: Any, limit: KnownLimit, **kwargs: Any) -> None:
        super().__init__(*args, initial={"source": _source(limit)}, **kwargs)


class PassportForm(ActionForm):
    """The texts and figures of a draft; its lists are RowForms beside it."""

    layout: tuple[Any, ...] = (
        ("name_ru", "name_en"),
        ("purpose_ru", "purpose_en"),
        [_("What is promised")],
        ("applicants_ru", "applicants_en"),
        ("result_ru", "result_en"),
        ("limit_days", "limit_unit"),
        ("registration_days", "waiting_minutes"),
        [_("How to apply, what it costs")],
        "channels",
        "fee",
        ("fee_note_ru", "fee_note_en"),
        "no_documents",
        [_("The ground it stands on")],
        ("legal_basis_ru", "legal_basis_en"),
        ("complaint_ru", "complaint_en"),
        "change_note",
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[Authority, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offered:
            self.fields["authority"] = _authority_field(offered, help_text=_("Who provides the service by this version."))
            self.helper.layout = lines("authority", *self.layout)
        for name in FIELDS:
            if name == "channels":
                self.fields[name] = forms.MultipleChoiceField(
                    label=_("How to apply"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple, required=False
                )
                continue
            self.fields[name] = _field(ServicePassport, name)
            if isinstance(self.fields[name].widget, forms.Textarea):
                self.fields[name].widget.attrs["rows"] = 3


class RowForm(forms.Form):
    """One row of a list of a passport."""

    kind = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        model = ROWS[self.kind].model
        for name in ROWS[self.kind].all:
            self.fields[name] = _field(model, name)
            if isinstance(self.fields[name].widget, forms.Textarea):
                self.fields[name].widget.attrs["rows"] = 2
        if self.kind == "documents":
            self.fields["source"] = forms.ChoiceField(label=_("Who brings it"), choices=DocumentSource.choices, required=False)
            self.fields["required"].initial = True
        if self.kind == "grounds":
            self.fields["kind"] = forms.ChoiceField(label=_("For what"), choices=GroundKind.choices, required=False)

    @property
    def written(self) -> bool:
        """Whether something stands in the row besides what is chosen from the start."""
        data = self.cleaned_data
        return any(data.get(name) not in (None, "") for name in self.fields if name not in ("source", "kind", "required", "limit_unit", "DELETE"))


ROW_FORMS: dict[str, type[RowForm]] = {name: type(f"{name.title()}Form", (RowForm,), {"kind": name}) for name in ROWS}


class Draft:
    """A draft on a page: the form of its fields and a set of rows for each of its lists. `problems`: what no field stands for.

    `offered`: authorities to choose from, none where there is no choice; `authority`: the one chosen, once `content` was read.
    """

    def __init__(
        self, content: Mapping[str, Any] | None = None, data: Any = None, add: str = "", offered: Sequence[tuple[Authority, str]] = ()
    ) -> None:
        content = content or {}
        fields = {name: content[name] for name in FIELDS if name in content}
        if data is not None and add in ROWS:
            data = data.copy()
            total = f"{add}-TOTAL_FORMS"
            rows = int(data[total]) if str(data.get(total, "")).isdigit() else 0
            data[total] = str(min(rows + MORE, MOST_ROWS))
            if add == "documents":
                # What is always needed is ticked in an empty row as it is at first.
                data.update({f"documents-{place}-required": "on" for place in range(rows, int(data[total]))})
        if offered:
            fields["authority"] = content.get("authority")
        self.form = PassportForm(data, initial=fields, offered=offered)
        self.authority: Authority | None = None
        self.sets: dict[str, BaseFormSet[Any]] = {}
        for name in ROWS:
            rows_now = list(content.get(name, ()))
            made = formset_factory(ROW_FORMS[name], extra=0 if rows_now else 1, can_delete=True, max_num=MOST_ROWS)
            self.sets[name] = made(data, initial=rows_now or None, prefix=name)
        self.places: dict[str, list[int]] = {}

    @property
    def lists(self) -> list[tuple[str, Any, Any, BaseFormSet[Any]]]:
        """(name, title, what one row is called, rows)."""
        from .words import LISTS

        return [(name, LISTS[name], ONE_OF[name], rows) for name, rows in self.sets.items()]

    @property
    def problems(self) -> list[Problem]:
        return self.form.problems

    def content(self) -> dict[str, Any] | None:
        """What was typed, as an action takes it; None when something can't even be read."""
        if not all([self.form.is_valid(), *(rows.is_valid() for rows in self.sets.values())]):
            return None
        found: dict[str, Any] = dict(self.form.cleaned_data)
        self.authority = found.pop("authority", None)
        for name, kind in ROWS.items():
            self.places[name], found[name] = [], []
            for place, row in enumerate(self.sets[name].forms):
                if row.cleaned_data.get("DELETE") or not row.written:
                    continue
                self.places[name].append(place)
                found[name].append({column: row.cleaned_data[column] for column in kind.all})
        if found["fee"] is None:
            found["fee"] = 0
        for name in ("registration_days", "waiting_minutes"):
            if found[name] is None:
                found.pop(name)
        return found

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Put each problem beside its field, of a row too, or keep it for the top of the page."""
        kept = []
        for problem in problems:
            name, _dash, rest = problem.field.partition("-")
            place, _dash, column = rest.partition("-")
            if name in self.sets and place.isdigit() and int(place) < len(self.places.get(name, ())):
                row = self.sets[name].forms[self.places[name][int(place)]]
                row.add_error(column if column in row.fields else None, str(problem.message))
            else:
                kept.append(problem)
        self.form.refuse(kept)
        if len(kept) < len(problems):
            self.form.problems.append(Problem(_g("Some rows of the lists below need another look."), code="rows"))
