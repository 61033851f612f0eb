"""Forms about auditors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.models import User
from yantar.qms.organisation.models import Authority, Site, Unit
from yantar.qms.organisation.queries import authorities, people, sites, units_tree
from yantar.qms.people.fields import ANY, choices, field_title
from yantar.qms.people.models import AbsenceKind, Auditor, CompetenceKind, Qualification
from yantar.qms.standards.models import Edition
from yantar.qms.standards.queries import editions
from yantar.web.workspace.forms import ActionForm, DayField, Lines

LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
SCAN = _("PDF, PNG, JPEG or TIFF, at most 50 MB.")


def authority_choices(viewer: Any, permission: str, empty: Any = "—") -> list[tuple[str, Any]]:
    """Authorities of today for which the viewer has a permission, by name."""
    found = [(v.authority.code, v.name) for v in authorities(viewer, clock.today()) if viewer.has_perm(permission, v.authority)]
    return [("", empty), *sorted(found, key=lambda pair: pair[1])]


class AuthorityField(forms.ModelChoiceField):
    """One authority of today, by code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Authority.objects.none(), to_field_name="code", **kwargs)

    def offer(self, choices: list[tuple[str, Any]]) -> None:
        """Say which are offered; only these are taken."""
        self.queryset = Authority.objects.filter(code__in=[code for code, _name in choices if code])
        self.choices = choices


class PlaceField(forms.ModelChoiceField):
    """A unit or a site of one authority."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        super().__init__(queryset=model.objects.none(), required=False, **kwargs)
        self.model = model

    def offer(self, rows: list[tuple[int, str]]) -> None:
        """Say which are offered; only these are taken."""
        self.queryset = self.model.objects.filter(pk__in=[pk for pk, _name in rows])
        self.choices = [("", "—"), *rows]


class AuditorForm(ActionForm):
    """Who audits and how much. Home unit and site are asked for when the home authority is known."""

    name = forms.CharField(label=_("Name"), max_length=200)
    authority = AuthorityField(label=_("Home authority"))
    unit = PlaceField(Unit, label=_("Home unit"), help_text=_("Nobody audits their own unit or what it belongs to."))
    site = PlaceField(Site, label=_("Works at"), help_text=_("From here days of travel are counted."))
    qualification = forms.ChoiceField(label=_("May be"), choices=Qualification.choices, initial=Qualification.MEMBER)
    languages = forms.MultipleChoiceField(label=_("Languages"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple, initial=["ru"])
    days_per_month = forms.IntegerField(label=_("Audit days a month, at most"), min_value=0, max_value=31, initial=5)
    audits_before = forms.IntegerField(
        label=_("Audits as auditor before Yantar"), min_value=0, max_value=999, initial=0, help_text=_("A lead auditor needs three in all.")
    )
    valid_from = DayField(label=_("Auditor from"))
    note = Lines(label=_("Note"), required=False)

    layout: tuple[Any, ...] = (
        "name",
        "authority",
        ("unit", "site"),
        ("qualification", "languages"),
        ("days_per_month", "audits_before"),
        "valid_from",
        "note",
    )
    NEW_ONLY = ("unit", "site")

    def __init__(self, *args: Any, viewer: Any, auditor: Auditor | None = None, **kwargs: Any) -> None:
        if auditor is None:
            self.layout = tuple(one for one in self.layout if one != self.NEW_ONLY)
        else:
            names = ("name", "unit", "site", "qualification", "languages", "days_per_month", "audits_before", "note")
            kwargs["initial"] = {name: getattr(auditor, name) for name in names} | {"authority": auditor.authority.code}
            self.layout = tuple(one for one in self.layout if one != "valid_from")
        super().__init__(*args, **kwargs)
        offered = authority_choices(viewer, "people.change_auditor")
        self.fields["authority"].offer(offered)  # type: ignore[attr-defined]
        if auditor is None:
            for name in self.NEW_ONLY:
                del self.fields[name]
            self.fields["valid_from"].initial = clock.today()
            if len(offered) == 2:
                self.fields["authority"].initial = offered[1][0]
        else:
            del self.fields["valid_from"]
            today = clock.today()
            nodes = units_tree(viewer, auditor.authority, today)
            self.fields["unit"].offer([(n.unit_id, "\u2003" * n.depth + n.name) for n in nodes])  # type: ignore[attr-defined]
            self.fields["site"].offer([(s.pk, s.name) for s in sites(viewer, auditor.authority, today)])  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        if "unit" in self.fields:
            data |= {"no_unit": data["unit"] is None, "no_site": data["site"] is None}
        return data


class EndForm(ActionForm):
    """When somebody stops to audit."""

    effective_on = DayField(label=_("The first day on which they no longer audit"))


class LinkForm(ActionForm):
    """Which person who signs in an auditor is."""

    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, help_text=_("Nobody: the auditor does not sign in.")
    )

    def __init__(self, *args: Any, viewer: Any, auditor: Auditor, **kwargs: Any) -> None:
        super().__init__(*args, initial={"user": auditor.user_id}, **kwargs)
        found = people(viewer).filter(is_active=True)
        if auditor.user_id:
            found = found | people(viewer).filter(pk=auditor.user_id)
        self.fields["user"].queryset = found.distinct()  # type: ignore[attr-defined]


class CompetenceForm(ActionForm):
    """A proof of what an auditor is able to do."""

    kind = forms.ChoiceField(label=_("What is proven"), choices=CompetenceKind.choices, initial=CompetenceKind.EDITION)
    edition = forms.ModelChoiceField(label=_("Edition"), queryset=Edition.objects.none(), to_field_name="key", required=False)
    field = forms.ChoiceField(label=_("Field of audit"))
    evidence = forms.CharField(label=_("Evidence"), max_length=500, help_text=_("Certificate, diploma or order with its number."))
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=9999, required=False)
    obtained_on = DayField(label=_("Obtained on"))
    valid_until = DayField(label=_("Valid until"), required=False, help_text=_("The last day on which it holds. Empty: without end."))
    scan = forms.FileField(label=_("Scan"), required=False, help_text=SCAN)

    layout: tuple[Any, ...] = (("kind", "edition"), "field", "evidence", ("hours", "obtained_on", "valid_until"), "scan")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions()  # type: ignore[attr-defined]
        self.fields["field"].choices = [(ANY, field_title(ANY)), *choices()]  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        return {**self.cleaned_data, "scan": self.cleaned_data["scan"] or None}


class CorrectCompetenceForm(ActionForm):
    """What was entered wrongly of a proof."""

    evidence = forms.CharField(label=_("Evidence"), max_length=500)
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=9999, required=False)
    valid_until = DayField(label=_("Valid until"), required=False, help_text=_("The last day on which it holds. Empty: without end."))
    scan = forms.FileField(label=_("Scan"), required=False, help_text=SCAN)

    layout: tuple[Any, ...] = ("evidence", ("hours", "valid_until"), "scan")

    def parameters(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {**data, "no_end": data["valid_until"] is None, "scan": data["scan"] or None}


class AbsenceForm(ActionForm):
    """Days on which an auditor can't be sent."""

    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=AbsenceKind.choices, initial=AbsenceKind.LEAVE, help_text=_("No reasons of health are asked for.")
    )

    layout: tuple[Any, ...] = (("first_day", "last_day"), "kind")


class EvaluateForm(ActionForm):
    """How an auditor's work is judged."""

    score = forms.TypedChoiceField(
        label=_("Score"),
        coerce=int,
        choices=[("", "—"), (5, _("5: excellent")), (4, _("4: good")), (3, _("3: sufficient")), (2, _("2: weak")), (1, _("1: poor"))],
    )
    evaluated_on = DayField(label=_("Evaluated on"))
    note = Lines(label=_("Note"), required=False, help_text=_("Seen by whoever sees this auditor."))

    layout: tuple[Any, ...] = (("score", "evaluated_on"), "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evaluated_on"].initial = clock.today()


class ConflictForm(ActionForm):
    """An authority that an auditor must not audit."""

    authority = AuthorityField(label=_("Authority"), help_text=_("Only the fact is kept, never the reason."))

    def __init__(self, *args: Any, auditor: Auditor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(v.authority.code, v.name) for v in authorities(None, clock.today()) if v.authority_id != auditor.authority_id]
        self.fields["authority"].offer([("", "—"), *sorted(found, key=lambda pair: pair[1])])  # type: ignore[attr-defined]
