"""Forms over the actions of the organisation: what is asked to create, correct and reorganise authorities, units and sites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.problems import Problem
from yantar.qms.organisation import queries
from yantar.qms.organisation.actions import NewAuthority
from yantar.qms.organisation.models import Authority, AuthorityKind, Unit, UnitVersion
from yantar.web.workspace.forms import ActionForm, DayField, Lines


class AuthorityChoice(forms.ModelChoiceField):
    """An authority of today, by its name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", "—")
        super().__init__(queryset=Authority.objects.none(), to_field_name="code", **kwargs)

    def fill(self, without: Authority | None = None) -> None:
        """Offer the authorities of today in the reader's language."""
        today = clock.today()
        self.queryset = Authority.objects.on(today)
        names = [(v.authority.code, v.name) for v in queries.authorities(None, today) if without is None or v.authority_id != without.pk]
        self.choices = [("", self.empty_label), *sorted(names, key=lambda pair: pair[1])]

    def keep(self, one: Authority | None) -> None:
        """Offer one more, that is recorded although it is over by today, so that saving does not lose it."""
        if one is not None and not one.holds_on(clock.today()):
            self.queryset = Authority.objects.filter(pk__in=[*(self.queryset or Authority.objects.none()).values_list("pk", flat=True), one.pk])
            named = queries.names_on([one.pk], clock.today())
            self.choices = [*cast(Any, self.choices), (one.code, named[one.pk].name if one.pk in named else one.code)]


def _units_of(authority: Authority | None, top: bool = False) -> tuple[Any, list[tuple[int, str]]]:
    """Units of an authority today, to choose from: a queryset, and (key, name) by name. `top`: only those under no other."""
    rows = UnitVersion.objects.on(clock.today()).filter(authority=authority).order_by("name_ru")
    if top:
        rows = rows.filter(parent__isnull=True)
    found = [(row.unit_id, row.name) for row in rows]
    return Unit.objects.filter(pk__in=[pk for pk, _name in found]), found


class OfAuthority(ActionForm):
    """A form about one authority (None while it is being created). `places`: where the action's own places stand in the form."""

    places: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, authority: Authority | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authority = authority
        for field in self.fields.values():
            if isinstance(field, AuthorityChoice):
                field.fill(authority)

    def refuse(self, problems: Iterable[Problem]) -> None:
        super().refuse(replace(problem, field=self.places.get(problem.field, problem.field)) for problem in problems)


def _name(language: Any) -> forms.CharField:
    return forms.CharField(label=language, max_length=500)


class Facts(OfAuthority):
    """What an authority is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=AuthorityKind.choices)
    name_ru = _name(_("Name in Russian"))
    name_en = _name(_("Name in English"))
    short_ru = forms.CharField(label=_("Short name in Russian"), max_length=200, required=False)
    short_en = forms.CharField(label=_("Short name in English"), max_length=200, required=False)
    inn = forms.CharField(label=_("INN"), max_length=12, required=False)
    ogrn = forms.CharField(label=_("OGRN"), max_length=15, required=False)
    head_post_ru = forms.CharField(label=_("Post of the head in Russian"), max_length=300, required=False)
    head_post_en = forms.CharField(label=_("Post of the head in English"), max_length=300, required=False)
    personnel = forms.IntegerField(label=_("Effective personnel"), min_value=1, max_value=1_000_000, required=False)
    supervisor = AuthorityChoice(label=_("Subordinate to"), required=False)
    legal_basis = Lines(label=_("Legal basis"), required=False, rows=2)

    layout: tuple[Any, ...] = (
        "name_ru",
        "name_en",
        ("short_ru", "short_en"),
        ("kind", "supervisor"),
        ("inn", "ogrn", "personnel"),
        ("head_post_ru", "head_post_en"),
        "legal_basis",
    )


class CreateForm(Facts):
    """A new authority."""

    code = forms.SlugField(label=_("Code"), max_length=60, help_text=_("Latin letters, digits and hyphens; part of the address."))
    valid_from = DayField(label=_("Exists since"))

    layout = (("code", "valid_from"), *Facts.layout)


class CorrectForm(Facts):
    """A correction of what was entered wrongly: no reorganisation, no new version."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.authority is not None
        self.fields["supervisor"].keep(self.authority.supervisor)  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {**data, "no_personnel": data["personnel"] is None, "no_supervisor": data["supervisor"] is None}


class Effective(OfAuthority):
    """Something that happens on a day, by some act."""

    effective_on = DayField(label=_("Effective on"))
    legal_basis = Lines(label=_("Legal basis"), required=False, rows=2)


class PersonnelForm(Effective):
    """Facts that change without a reorganisation."""

    personnel = forms.IntegerField(label=_("Effective personnel"), min_value=1, max_value=1_000_000, required=False)
    head_post_ru = forms.CharField(label=_("Post of the head in Russian"), max_length=300, required=False)
    head_post_en = forms.CharField(label=_("Post of the head in English"), max_length=300, required=False)

    layout = (("effective_on", "personnel"), ("head_post_ru", "head_post_en"), "legal_basis")

    def parameters(self) -> dict[str, Any]:
        """What was left as it is stays as it is, whatever versions are recorded for later."""
        told = {"effective_on", "legal_basis", *self.changed_data}
        return {name: value for name, value in self.cleaned_data.items() if name in told and value not in ("", None)}


class RenameForm(Effective):
    """A new name from a day on."""

    name_ru = _name(_("New name in Russian"))
    name_en = _name(_("New name in English"))
    short_ru = forms.CharField(label=_("Short name in Russian"), max_length=200, required=False)
    short_en = forms.CharField(label=_("Short name in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=AuthorityKind.choices)

    layout = (("effective_on", "kind"), "name_ru", "name_en", ("short_ru", "short_en"), "legal_basis")


class AbolishForm(Effective):
    """The end of an authority."""

    successor = AuthorityChoice(label=_("Who follows it"), required=False, empty_label=_("nobody"))
    close_units = forms.BooleanField(label=_("Its units end with it"), required=False)
    close_sites = forms.BooleanField(label=_("Its sites end with it"), required=False)

    layout = (("effective_on", "successor"), ("close_units", "close_sites"), "legal_basis")


class MergeForm(Effective):
    """Another authority takes over from this one and perhaps others: one that exists, or a new one."""

    others = forms.ModelMultipleChoiceField(
        label=_("Together with"),
        queryset=Authority.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    into = AuthorityChoice(label=_("Taken over by"), required=False, empty_label=_("a new authority, named below"))
    code = forms.SlugField(label=_("Code of the new one"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=AuthorityKind.choices, required=False)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=500, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=500, required=False)

    layout = ("effective_on", "others", "into", ("code", "kind"), "name_ru", "name_en", "legal_basis")
    places: ClassVar = {"authorities": "others", **{f"new.{name}": name for name in ("code", "kind", "name_ru", "name_en", "legal_basis")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["others"]
        names = list(self.fields["into"].choices)[1:]  # type: ignore[attr-defined]
        field.queryset = Authority.objects.on(clock.today())  # type: ignore[attr-defined]
        field.choices = names  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        data = self.cleaned_data
        new = None
        if data["code"] or data["name_ru"] or data["name_en"]:
            new = NewAuthority(data["code"], data["kind"], data["name_ru"], data["name_en"], legal_basis=data["legal_basis"])
        assert self.authority is not None
        return {
            "authorities": [self.authority, *data["others"]],
            "into": data["into"],
            "new": new,
            "effective_on": data["effective_on"],
            "legal_basis": data["legal_basis"],
        }


class SplitForm(Effective):
    """A part becomes an authority of its own; the rest stays, or becomes another."""

    code = forms.SlugField(label=_("Code of the new one"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=AuthorityKind.choices)
    name_ru = _name(_("Name in Russian"))
    name_en = _name(_("Name in English"))
    units = forms.ModelMultipleChoiceField(
        label=_("Units that go to it"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    second_code = forms.SlugField(label=_("Code of the second new one"), max_length=60, required=False)
    second_ru = forms.CharField(label=_("Second name in Russian"), max_length=500, required=False)
    second_en = forms.CharField(label=_("Second name in English"), max_length=500, required=False)

    layout = (
        ("effective_on", "kind"),
        [_("The part that becomes an authority")],
        "code",
        "name_ru",
        "name_en",
        "units",
        [_("What becomes of the rest: leave empty and it stays as it is")],
        "second_code",
        "second_ru",
        "second_en",
        "legal_basis",
    )

    places: ClassVar = {
        **{f"parts.0.{name}": name for name in ("code", "kind", "name_ru", "name_en", "units")},
        "parts.1.code": "second_code",
        "parts.1.kind": "kind",
        "parts.1.name_ru": "second_ru",
        "parts.1.name_en": "second_en",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        field.queryset, field.choices = _units_of(self.authority, top=True)  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        data = self.cleaned_data
        parts = [NewAuthority(data["code"], data["kind"], data["name_ru"], data["name_en"], units=tuple(data["units"]))]
        if data["second_code"] or data["second_ru"] or data["second_en"]:
            parts.append(NewAuthority(data["second_code"], data["kind"], data["second_ru"], data["second_en"]))
        return {
            "parts": parts,
            "keep": len(parts) == 1,
            "main": len(parts) - 1,
            "effective_on": data["effective_on"],
            "legal_basis": data["legal_basis"],
        }


class UnitForm(OfAuthority):
    """A new unit."""

    code = forms.CharField(label=_("Code"), max_length=60)
    name_ru = _name(_("Name in Russian"))
    name_en = forms.CharField(label=_("Name in English"), max_length=500, required=False)
    parent = forms.ModelChoiceField(label=_("Part of"), queryset=Unit.objects.none(), required=False, empty_label=_("the top"))
    personnel = forms.IntegerField(label=_("Effective personnel"), min_value=0, max_value=1_000_000, required=False)
    valid_from = DayField(label=_("Exists since"))

    layout = (("code", "valid_from"), "name_ru", "name_en", ("parent", "personnel"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        field.queryset, names = _units_of(self.authority)  # type: ignore[attr-defined]
        field.choices = [("", _("the top")), *names]  # type: ignore[attr-defined]


class MoveUnitForm(Effective):
    """A unit goes to another authority, or to another place in its own."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    to_authority = AuthorityChoice(label=_("Goes to"))
    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=Unit.objects.none(), required=False, help_text=_("Only where the unit stays in this authority.")
    )

    layout = ("unit", ("to_authority", "parent"), "effective_on", "legal_basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_authority"].fill()  # type: ignore[attr-defined]
        found, names = _units_of(self.authority)
        for name, nothing in (("unit", "—"), ("parent", _("the top"))):
            field = self.fields[name]
            field.queryset, field.choices = found, [("", nothing), *names]  # type: ignore[attr-defined]


class SiteForm(OfAuthority):
    """A new site."""

    code = forms.CharField(label=_("Code"), max_length=60)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=300)
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    address_ru = _name(_("Address in Russian"))
    address_en = forms.CharField(label=_("Address in English"), max_length=500, required=False)
    latitude = forms.DecimalField(label=_("Latitude"), min_value=-90, max_value=90, decimal_places=6, required=False)
    longitude = forms.DecimalField(label=_("Longitude"), min_value=-180, max_value=180, decimal_places=6, required=False)
    personnel = forms.IntegerField(label=_("Effective personnel"), min_value=0, max_value=1_000_000, required=False)
    is_head_office = forms.BooleanField(label=_("Head office"), required=False)
    valid_from = DayField(label=_("Exists since"))

    layout: tuple[Any, ...] = (
        ("code", "valid_from"),
        "name_ru",
        "name_en",
        "address_ru",
        "address_en",
        ("latitude", "longitude", "personnel"),
        "is_head_office",
    )
