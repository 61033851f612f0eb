"""Forms of the steps of an appeal: each asks what its action asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.models import User
from yantar.core.problems import Problem
from yantar.qms.feedback import clocks, files, grounds, telling
from yantar.qms.feedback.complaint_grounds import ATTRIBUTE, GROUNDS, variant_of
from yantar.qms.feedback.models import AnswerTemplate, Appeal, AppealKind, AppealOutcome, Way
from yantar.qms.feedback.queries.choices import authorities_by_name, service_named
from yantar.qms.findings.models import Grade
from yantar.qms.organisation.models import Authority
from yantar.qms.services.models import Service
from yantar.web.portal.appeals.forms import FilesField
from yantar.web.workspace.forms import ActionForm, DayField, Lines

REASON = _("The citizen reads it. Write no personal data here.")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person by name and post."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, {obj.post}" if getattr(obj, "post", "") else str(obj)


class AboutAppeal(ActionForm):
    """A form that knows its appeal and who fills it in."""

    def __init__(self, *args: Any, appeal: Appeal, viewer: User, **kwargs: Any) -> None:
        self.appeal, self.viewer = appeal, viewer
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices."""

    def choose(self, name: str, people: Sequence[User]) -> None:
        """The people of a choice."""
        self.fields[name].queryset = User.objects.filter(pk__in=[one.pk for one in people]).order_by("full_name", "pk")  # type: ignore[attr-defined]


class Plain(AboutAppeal):
    """Nothing to type: the press is the decision."""


class Told(AboutAppeal):
    """A reason that the citizen reads."""

    reason = Lines(label=_("Why"), max_length=500, help_text=REASON)


class Register(AboutAppeal):
    """The day of registration."""

    on = DayField(label=_("Registered on"), help_text=_("Today, unless a past registration is recorded."))

    def prepare(self) -> None:
        self.fields["on"].initial = clock.today()


class Assign(AboutAppeal):
    """Who deals with it: officers and the head of the authority, never the one whom it concerns."""

    to = PersonField(label=_("To whom"))

    def prepare(self) -> None:
        self.choose("to", telling.holders(self.appeal.authority_id, (*telling.OFFICERS, *telling.HEADS), but=self.appeal.concerns_id))
        self.fields["to"].initial = self.appeal.assigned_to_id


class Concerned(AboutAppeal):
    """Who is complained about."""

    who = PersonField(label=_("Who is complained about"), required=False, help_text=_("Empty: nobody who works here."))

    def prepare(self) -> None:
        from yantar.qms.organisation.models import Role

        self.choose("who", telling.holders(self.appeal.authority_id, [role for role in Role.values if role != Role.CERTIFIER]))
        self.fields["who"].initial = self.appeal.concerns_id

    def parameters(self) -> dict[str, Any]:
        return {"person": self.cleaned_data["who"]}


class Forward(AboutAppeal):
    """The competent authorities."""

    to = forms.MultipleChoiceField(
        label=_("To which authorities"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several: each answers its part. Tick your own as well if you keep a part."),
    )
    reason = Lines(label=_("Why"), max_length=500, help_text=REASON)

    def prepare(self) -> None:
        rows = authorities_by_name()
        self._known: dict[str, Authority] = {one.code: one for one, _name in rows}
        self.fields["to"].choices = [(one.code, name) for one, name in rows]  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        return {"to": [self._known[code] for code in self.cleaned_data["to"]], "reason": self.cleaned_data["reason"]}


class Extend(AboutAppeal):
    """By how many days, and why."""

    days = forms.IntegerField(label=_("By how many days"), min_value=1, max_value=3650)
    reason = Lines(label=_("Why"), max_length=500, help_text=REASON)

    def prepare(self) -> None:
        rule = clocks.rules_of(self.appeal).extension
        if rule is not None:
            self.fields["days"].initial = rule.most_days
            self.fields["days"].help_text = _("At most %(days)s.") % {"days": rule.most_days}


class Decline(AboutAppeal):
    """The ground of the law."""

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    reason = Lines(label=_("In addition, if needed"), max_length=250, required=False, help_text=REASON)

    def prepare(self) -> None:
        self.fields["ground"].choices = [(one.code, f"{one.text} ({one.law})") for one in grounds.GROUNDS]  # type: ignore[attr-defined]


class Reopen(AboutAppeal):
    """Taken up again."""

    reason = Lines(label=_("What the citizen is told"), max_length=500, required=False, help_text=REASON)


class Measures(AboutAppeal):
    """What was done after a complaint was upheld."""

    reason = Lines(label=_("What was done"), max_length=500, help_text=REASON)
    on = DayField(label=_("Done on"))

    def prepare(self) -> None:
        self.fields["on"].initial = clock.today()


class FindingForm(AboutAppeal):
    """A finding: what falls short, by what it is seen, of what requirement."""

    gap = Lines(label=_("What falls short of the requirement"), max_length=4000)
    grade = forms.ChoiceField(label=_("Grade"), choices=[one for one in Grade.choices if one[0] not in ("conform", "strength")], initial=Grade.MINOR)
    requirement = Lines(label=_("Requirement"), required=False, max_length=4000)
    regulation = forms.CharField(label=_("Law or act"), required=False, max_length=300)
    evidence = Lines(label=_("Evidence"), required=False, max_length=4000, help_text=_("Without personal data; the number of the appeal is added."))

    def prepare(self) -> None:
        rules = clocks.rules_of(self.appeal)
        self.fields["regulation"].initial = rules.law_en if (get_language() or "ru").startswith("en") else rules.law_ru


class Publish(AboutAppeal):
    """What may be published of a remark."""

    public_text = Lines(label=_("What may be published"), rows=5, max_length=4000, required=False)

    def prepare(self) -> None:
        self.fields["public_text"].initial = self.appeal.public_text


class Note(AboutAppeal):
    """A note for colleagues."""

    text = Lines(label=_("Note"), rows=4, max_length=20_000)


class AnswerForm(AboutAppeal):
    """The answer: outcome, text, and which others it answers as well."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect, choices=AppealOutcome.choices)
    language = forms.ChoiceField(label=_("Language of the answer"), choices=[("ru", "Русский"), ("en", "English")])
    template = forms.ChoiceField(label=_("Begin with a template"), required=False)
    text = Lines(label=_("Answer"), rows=12, max_length=20_000)
    joint = forms.MultipleChoiceField(
        label=_("Answer these as well"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One paper for all that are ticked; each citizen gets it under the own number."),
    )

    def __init__(self, *args: Any, templates: Sequence[AnswerTemplate], others: Sequence[tuple[Appeal, str]], **kwargs: Any) -> None:
        """others: appeals of the same authority that a joint answer may take in, and what to call each."""
        self.templates, self.others = list(templates), list(others)
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        self.fields["language"].initial = self.appeal.language
        if self.templates:
            self.fields["template"].choices = [("", "—"), *((str(one.pk), one.title) for one in self.templates)]  # type: ignore[attr-defined]
        else:
            del self.fields["template"]
        if self.others:
            self.fields["joint"].choices = [(one.number, words) for one, words in self.others]  # type: ignore[attr-defined]
        else:
            del self.fields["joint"]

    def parameters(self) -> dict[str, Any]:
        chosen = set(self.cleaned_data.get("joint") or [])
        return {
            "appeals": [self.appeal, *(one for one, _words in self.others if one.number in chosen)],
            **{name: self.cleaned_data[name] for name in ("outcome", "language", "text")},
        }


class TemplateText(ActionForm):
    """A text to begin an answer with."""

    layout: tuple[Any, ...] = (("title", "kind"), "text_ru", "text_en")
    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("For"), required=False, choices=[("", _("every kind")), *AppealKind.choices])
    text_ru = Lines(label=_("Text in Russian"), rows=8, max_length=20_000)
    text_en = Lines(label=_("Text in English"), rows=8, max_length=20_000, required=False)


class TemplateForm(TemplateText):
    """A new one, and for whom."""

    layout = ("authority", ("title", "kind"), "text_ru", "text_en")
    authority = forms.ChoiceField(label=_("For which authority"), required=False)

    def __init__(self, *args: Any, authorities: Sequence[tuple[Authority, str]], everybody: bool, **kwargs: Any) -> None:
        """authorities: for which one may add; `everybody`: also for the whole government."""
        super().__init__(*args, **kwargs)
        self._known = {one.code: one for one, _name in authorities}
        whole = [("", _("the whole government"))] if everybody else []
        self.fields["authority"].choices = [*whole, *((one.code, name) for one, name in authorities)]  # type: ignore[attr-defined]
        self.fields["authority"].required = not everybody

    def parameters(self) -> dict[str, Any]:
        return {**self.cleaned_data, "authority": self._known.get(self.cleaned_data["authority"])}


SEPARATOR = " · "
"""Between the name and the code of a service in a list."""


class PaperForm(ActionForm):
    """A letter, or what somebody said in person, entered by an officer."""

    layout = (
        ("kind", "authority"),
        ("way", "received_on"),
        ("service", "ground"),
        "subject",
        "text",
        "uploads",
        ("name", "email"),
        "address",
        ("phone", "repeats_number"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=AppealKind.choices)
    authority = forms.ChoiceField(label=_("Authority"))
    way = forms.ChoiceField(label=_("How it came"), choices=[(Way.PAPER, Way.PAPER.label), (Way.PERSON, Way.PERSON.label)])
    received_on = DayField(label=_("Received on"))
    service = forms.CharField(
        label=_("Service, for a complaint about it"),
        max_length=400,
        required=False,
        help_text=_("Type a part of the name and choose, or write the code."),
    )
    ground = forms.ChoiceField(label=_("What is complained about"), required=False)
    subject = forms.CharField(label=_("In a few words"), max_length=300, required=False)
    text = Lines(label=_("What it says"), rows=8, max_length=20_000)
    uploads = FilesField(label=_("Scans and photographs"), required=False)
    name = forms.CharField(label=_("Name of the citizen"), max_length=200, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    address = Lines(label=_("Postal address"), rows=2, max_length=500, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=50, required=False)
    repeats_number = forms.CharField(label=_("Number of the earlier appeal"), max_length=30, required=False)

    def __init__(self, *args: Any, authorities: Sequence[tuple[Authority, str]], services: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """services: codes and names that are offered; any other of today may be written by its code."""
        super().__init__(*args, **kwargs)
        self._known = {one.code: one for one, _name in authorities}
        self.services = services
        self.fields["authority"].choices = [(one.code, name) for one, name in authorities]  # type: ignore[attr-defined]
        self.fields["ground"].choices = [("", "—"), *((one.code, one.text) for one in GROUNDS)]  # type: ignore[attr-defined]
        self.fields["service"].widget.attrs |= {"list": "services-offered", "autocomplete": "off"}
        self.fields["uploads"].widget.attrs |= {"accept": files.ACCEPT}
        self.fields["uploads"].help_text = _(
            "At most %(most)s: photographs or PDF, each up to %(size)s MB. Place and camera are removed from photographs before they are kept."
        ) % {"most": files.MOST, "size": files.LIMIT // 2**20}
        self.fields["received_on"].initial = clock.today()

    def clean_service(self) -> Service | None:
        """The service that was chosen ("name · code"), or that has the code or exactly the name that was written."""
        words = str(self.cleaned_data["service"]).strip()
        if not words:
            return None
        named = [code for code, name in self.services if name.casefold() == words.casefold()]
        found = service_named(named[0] if len(named) == 1 else words.rpartition(SEPARATOR)[2].strip())
        if found is None:
            raise forms.ValidationError(_("There is no such service today. Choose one of the list."))
        return found.service

    def clean(self) -> dict[str, Any]:
        """Only a complaint about a service has a ground."""
        given = super().clean() or {}
        if given.get("ground") and given.get("kind") not in (None, AppealKind.SERVICE_COMPLAINT):
            self.add_error("ground", _("Only a complaint about a service has it."))
        return given

    @property
    def offered(self) -> list[str]:
        """What the list of services offers."""
        return [f"{name}{SEPARATOR}{code}" for code, name in self.services]

    def refuse(self, problems: Iterable[Problem]) -> None:
        """The action speaks of `files`; the field is `uploads`."""
        super().refuse([Problem(one.message, one.code, "uploads", value=one.value) if one.field == "files" else one for one in problems])

    def parameters(self) -> dict[str, Any]:
        from datetime import datetime, time

        data = self.cleaned_data
        moment = None if data["received_on"] == clock.today() else datetime.combine(data["received_on"], time(12))
        return {
            "person": {name: data[name] for name in ("name", "email", "address", "phone", "subject", "text")},
            "authority": self._known[data["authority"]],
            "received_at": moment,
            "uploads": data["uploads"],
            "variant": variant_of(data["ground"]),
            "attributes": {ATTRIBUTE: data["ground"]} if data["ground"] else {},
            **{name: data[name] for name in ("kind", "way", "service", "repeats_number")},
        }
