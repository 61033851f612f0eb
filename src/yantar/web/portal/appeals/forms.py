"""What citizens fill in. Only what the law needs is asked; what is needed is said, and all that is wrong is shown at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem
from yantar.library.deadlines import PaperKind
from yantar.qms.feedback import files
from yantar.qms.feedback.complaint_grounds import ATTRIBUTE, GROUNDS, variant_of
from yantar.qms.feedback.models import AppealKind, RemarkCategory
from yantar.qms.feedback.queries.choices import authorities_by_name
from yantar.qms.organisation.models import Authority
from yantar.web.workspace.forms import ActionForm, Lines

PERSON = ("subject", "text", "name", "email", "address", "phone", "wants_mail")


class ManyFiles(forms.ClearableFileInput):
    """A field of several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none of them needed."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each file as any single one; an empty list for none."""
        rows = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(one, initial) for one in rows if one]


def _attribute(one: Mapping[str, Any]) -> forms.Field:
    """The field of an attribute of a subject, by the data types of Open311."""
    english = (get_language() or "ru").startswith("en")
    label = one.get("description_en" if english else "description_ru") or one.get("description_ru") or one.get("code")
    asked: dict[str, Any] = {"label": str(label), "required": bool(one.get("required"))}
    choices = [
        (str(row.get("key")), str(row.get("name_en" if english else "name_ru") or row.get("name") or row.get("key")))
        for row in one.get("values") or []
    ]
    match one.get("datatype"):
        case "singlevaluelist":
            return forms.ChoiceField(choices=[("", "—"), *choices], **asked)
        case "multivaluelist":
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **asked)
        case "number":
            return forms.DecimalField(max_digits=12, **asked)
        case "text":
            return Lines(rows=2, max_length=1000, **asked)
        case _:
            return forms.CharField(max_length=200, **asked)


class AppealForm(ActionForm):
    """One form for all kinds; what a kind does not need is left out."""

    authority = forms.ChoiceField(label=_("To which authority"), required=False)
    variant = forms.ChoiceField(label=_("What went wrong"), required=False, widget=forms.RadioSelect)
    subject = forms.CharField(label=_("In a few words"), max_length=300, required=False)
    text = Lines(label=_("What happened, and what you ask for"), rows=8, max_length=20_000)
    place = forms.CharField(label=_("Where it is, in words"), max_length=300, required=False)
    latitude = forms.CharField(label=_("Latitude"), max_length=20, required=False)
    longitude = forms.CharField(label=_("Longitude"), max_length=20, required=False)
    uploads = FilesField(label=_("Files, if they help"), required=False)
    name = forms.CharField(label=_("Your name"), max_length=200, required=False)
    email = forms.CharField(label=_("E-mail for the answer"), max_length=254, required=False)
    wants_mail = forms.BooleanField(label=_("Tell me of every step by e-mail"), required=False)
    address = Lines(label=_("Postal address, if you want the answer there"), rows=2, max_length=500, required=False)
    phone = forms.CharField(label=_("Telephone, if they may call you"), max_length=50, required=False)
    about_head = forms.BooleanField(label=_("It is about the head of this authority"), required=False)
    repeats_number = forms.CharField(label=_("Number of your earlier appeal, if this one repeats it"), max_length=30, required=False)
    consent = forms.BooleanField(label=_("I agree that my data above are processed to deal with this appeal"), required=False)
    website = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, kind: PaperKind, fixed: Authority | None, category: RemarkCategory | None, **kwargs: Any) -> None:
        """`fixed`: whose it is where a service or a subject says so, and nobody is asked."""
        super().__init__(*args, **kwargs)
        self.kind, self.fixed, self.category = kind, fixed, category
        self._known: dict[str, Authority] = {}
        self._fill_choices()
        for name in self._left_out():
            del self.fields[name]
        for one in category.attributes if category is not None else []:
            self.fields[f"attributes.{one.get('code')}"] = _attribute(one)
        for name in self._needed():
            self.fields[name].required = True
        self._dress()

    def _fill_choices(self) -> None:
        if self.fixed is None:
            rows = authorities_by_name()
            self._known = {one.code: one for one, _name in rows}
            self.fields["authority"].choices = [("", _("choose")), *((one.code, name) for one, name in rows)]  # type: ignore[attr-defined]
        self.fields["variant"].choices = [(one.code, one.text) for one in GROUNDS]  # type: ignore[attr-defined]

    def _left_out(self) -> list[str]:
        out = []
        if self.fixed is not None:
            out.append("authority")
        if self.kind.key != AppealKind.SERVICE_COMPLAINT:
            out.append("variant")
        if self.kind.key == AppealKind.REMARK:
            out += ["about_head", "subject"]
        else:
            out += ["place", "latitude", "longitude"]
        return out

    def _needed(self) -> list[str]:
        needed = [] if self.fixed is not None else ["authority"]
        return needed if self.kind.anonymous else [*needed, "name", "consent"]

    def _dress(self) -> None:
        for name, complete in (("name", "name"), ("email", "email"), ("address", "street-address"), ("phone", "tel")):
            self.fields[name].widget.attrs["autocomplete"] = complete
        for name, mode in (("email", "email"), ("phone", "tel")):
            self.fields[name].widget.attrs["inputmode"] = mode
        self.fields["uploads"].widget.attrs |= {"accept": files.ACCEPT}
        self.fields["repeats_number"].widget.attrs |= {"autocomplete": "off", "placeholder": "26-00417-3"}
        self.fields["uploads"].help_text = _(
            "At most %(most)s: photographs or PDF, each up to %(size)s MB. Place and camera are removed from photographs before they are kept."
        ) % {"most": files.MOST, "size": files.LIMIT // 2**20}
        self.fields["email"].help_text = _("The answer can be read here by number and code; by e-mail you learn that it is there.")
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.Select):
                field.widget.attrs.setdefault("class", "form-select")

    def clean(self) -> dict[str, Any]:
        """A remark with personal data needs the consent as everything else does."""
        given = super().clean() or {}
        if self.kind.anonymous and not given.get("consent") and any(given.get(name) for name in ("name", "email", "address", "phone")):
            self.add_error("consent", _("You gave personal data: agree to their processing, or leave the fields empty."))
        return given

    def person(self) -> dict[str, Any]:
        """Who writes, and what."""
        return {name: self.cleaned_data.get(name) or "" for name in PERSON}

    def given(self) -> dict[str, Any]:
        """The rest of what the action takes."""
        data = self.cleaned_data
        ground = data.get("variant") or ""
        attributes = {name.partition(".")[2]: _plain(value) for name, value in data.items() if name.startswith("attributes.")}
        return {
            "authority": self._known.get(data.get("authority") or "") if self.fixed is None else None,
            "variant": variant_of(ground),
            "place": data.get("place") or "",
            "latitude": data.get("latitude") or None,
            "longitude": data.get("longitude") or None,
            "about_head": bool(data.get("about_head")),
            "repeats_number": data.get("repeats_number") or "",
            "category": self.category,
            "attributes": {**attributes, ATTRIBUTE: ground} if ground else attributes,
        }

    def refuse(self, problems: Iterable[Problem]) -> None:
        """The action speaks of `files`; the field is `uploads`."""
        super().refuse([Problem(one.message, one.code, "uploads", value=one.value) if one.field == "files" else one for one in problems])

    @property
    def about(self) -> Sequence[forms.BoundField]:
        """Fields of the matter itself, in their order."""
        return [self[name] for name in self.fields if name in ("authority", "variant", "subject", "text") or name.startswith("attributes.")]

    @property
    def whose(self) -> Sequence[forms.BoundField]:
        """Fields of the person."""
        return [self[name] for name in ("name", "email", "wants_mail", "address", "phone")]

    @property
    def further(self) -> Sequence[forms.BoundField]:
        """Fields that few need."""
        return [self[name] for name in ("about_head", "repeats_number") if name in self.fields]


def _plain(value: Any) -> Any:
    return value if isinstance(value, (list, str)) else "" if value is None else str(value)


class FollowForm(ActionForm):
    """Number and code, as on the receipt."""

    number = forms.CharField(label=_("Number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "26-00417-3"}))
    code = forms.CharField(
        label=_("Secret code"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "placeholder": "XXXX-XXXX-XXXX"}),
    )


class NotSolvedForm(ActionForm):
    """Answered, but not solved: why."""

    reason = Lines(label=_("What is not solved"), rows=5, max_length=20_000)
