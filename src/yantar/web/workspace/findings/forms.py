"""Forms of the steps of a finding: each asks what its action asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yantar.core import clock
from yantar.core.models import User
from yantar.library.causes import load_causes
from yantar.qms.findings.models import ActionKind, Cause, Direction, ElsewhereAnswer, Finding, PlannedAction
from yantar.qms.findings.queries import one as queries
from yantar.qms.organisation import queries as organisation
from yantar.qms.organisation.models import Authority
from yantar.web.workspace.forms import ActionForm, DayField, Lines


def category_choices(empty: Any = "—") -> list[tuple[Any, Any]]:
    """Categories of causes under their bones, in the reader's language."""
    english = get_language() == "en"
    groups: list[tuple[Any, Any]] = [("", empty)]
    for bone in load_causes().bones:
        title = bone.title_en if english else bone.title_ru
        inner = [(one.key, one.title_en if english else one.title_ru) for one in bone.causes]
        groups.append((title, [(bone.key, title), *inner]))
    return groups


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person by name and post."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, {obj.post}" if getattr(obj, "post", "") else str(obj)


class AboutFinding(ActionForm):
    """A form that knows its finding, and the cause or action it is about."""

    def __init__(self, *args: Any, finding: Finding, about: Cause | PlannedAction | None = None, **kwargs: Any) -> None:
        self.finding, self.about = finding, about
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices."""

    def choose(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]


class Plain(AboutFinding):
    """Nothing to type: the press is the decision."""


class Reason(AboutFinding):
    reason = Lines(label=_("Reason"))


class Comment(AboutFinding):
    comment = Lines(label=_("Comment"))


class Assign(AboutFinding):
    owner = PersonField(label=_("Owner of the finding"), help_text=_("Who leads the finding from the correction to the proven effect."))
    due_on = DayField(label=_("Correct it by"), required=False, help_text=_("Empty: by the usual time limit."))

    def prepare(self) -> None:
        self.choose("owner", queries.people_around(self.finding.authority_id))


class HandOver(AboutFinding):
    owner = PersonField(label=_("Owner of the finding"))

    def prepare(self) -> None:
        self.choose("owner", queries.people_around(self.finding.authority_id))


class Verifier(AboutFinding):
    verifier = PersonField(label=_("Verifier"), help_text=_("Neither the owner nor somebody with an action of it to do."))

    def prepare(self) -> None:
        self.choose("verifier", queries.people_around(self.finding.authority_id, verifying=True))


class Correction(AboutFinding):
    correction = Lines(label=_("What was corrected"), required=False, help_text=_("The found case itself, not its cause."))
    corrected_on = DayField(label=_("Corrected on"), required=False, help_text=_("Empty: today."))
    impossible = Lines(label=_("Or why no correction is possible"), required=False, rows=2)


class Why(AboutFinding):
    text = Lines(label=_("Answer"), rows=2)
    evidence = Lines(
        label=_("Evidence"), rows=2, required=False, help_text=_("What shows that it is so. It may follow, but no root is marked without it.")
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    controllable = forms.BooleanField(label=_("We can change this"), required=False)
    layout = ("text", "evidence", "category", "controllable")

    def prepare(self) -> None:
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]


class Bone(Why):
    def prepare(self) -> None:
        super().prepare()
        self.fields["text"].label = _("Cause")
        self.fields["category"].required = True


class Root(AboutFinding):
    explains_all = forms.BooleanField(label=_("It explains all the evidence"), required=False)
    would_prevent = forms.BooleanField(label=_("Without it the problem could not have been"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)

    def prepare(self) -> None:
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]


class Elsewhere(AboutFinding):
    elsewhere = Lines(label=_("Could it be elsewhere?"), required=False, help_text=_("Where you looked, and what you found there."))


class Planned(AboutFinding):
    text = Lines(label=_("What is done"))
    kind = forms.ChoiceField(label=_("Kind"), choices=ActionKind.choices)
    cause = forms.ModelChoiceField(Cause.objects.none(), label=_("Against which cause"), required=False)
    assignee = PersonField(label=_("Who"))
    due_on = DayField(label=_("By when"))
    measure = forms.CharField(label=_("Measure of success"), max_length=300)
    target = forms.CharField(label=_("Target"), max_length=100)
    layout = ("text", ("kind", "cause"), ("assignee", "due_on"), ("measure", "target"))

    def prepare(self) -> None:
        self.choose("assignee", queries.people_around(self.finding.authority_id))
        self.choose("cause", queries.causes_to_act_on(self.finding))


class NewAssignee(AboutFinding):
    assignee = PersonField(label=_("Who"))

    def prepare(self) -> None:
        self.choose("assignee", queries.people_around(self.finding.authority_id))


class FixEffect(AboutFinding):
    measure = forms.CharField(label=_("Measure"), max_length=300, help_text=_("E.g. the share of answers given late."))
    unit = forms.CharField(label=_("Unit of measure"), max_length=60, required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    baseline = forms.DecimalField(label=_("Before"), max_digits=14, decimal_places=4, localize=True)
    target = forms.DecimalField(label=_("Target"), max_digits=14, decimal_places=4, localize=True)
    baseline_first = DayField(label=_("Before, from"), required=False)
    baseline_last = DayField(label=_("Before, to"), required=False, help_text=_("The check afterwards takes as many days."))
    minimum_cases = forms.IntegerField(label=_("Cases at least"), required=False, min_value=1)
    layout = ("measure", ("unit", "direction"), ("baseline", "target"), ("baseline_first", "baseline_last"), "minimum_cases")


class Approve(AboutFinding):
    verifier = PersonField(label=_("Verifier"), required=False, help_text=_("Empty: who raised it, or the head of quality."))
    comment = Lines(label=_("Comment"), required=False, rows=2)

    def prepare(self) -> None:
        self.choose("verifier", queries.people_around(self.finding.authority_id, verifying=True).exclude(pk=self.finding.owner_id or 0))


class Complete(AboutFinding):
    proof = Lines(label=_("Proof"), help_text=_("What shows that it was done: the number of the order, the record, the screen."))
    done_on = DayField(label=_("Done on"), required=False, help_text=_("Empty: today."))
    upload = forms.FileField(label=_("File"), required=False, help_text=_("PDF, picture or spreadsheet."))
    note = forms.CharField(label=_("Note on the file"), max_length=300, required=False)


class Attach(AboutFinding):
    upload = forms.FileField(label=_("File"), help_text=_("PDF, picture or spreadsheet."))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class Accept(AboutFinding):
    effect_on = DayField(label=_("Effect to be judged on"), required=False, help_text=_("Empty: 90 days after the last action, 180 for a major."))
    comment = Lines(label=_("Comment"), required=False, rows=2)


class RefuseProof(AboutFinding):
    comment = Lines(label=_("What the proof lacks"))
    planned = forms.ModelMultipleChoiceField(
        PlannedAction.objects.none(),
        label=_("Actions to be done again"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all of them."),
    )

    def prepare(self) -> None:
        self.choose("planned", self.finding.actions.filter(withdrawn_at__isnull=True, round=self.finding.reopened))


class Judge(AboutFinding):
    observed = forms.DecimalField(label=_("After"), max_digits=14, decimal_places=4, localize=True)
    cases = forms.IntegerField(label=_("Cases observed"), min_value=0)
    check_first = DayField(label=_("Observed from"))
    check_last = DayField(label=_("Observed to"))
    recurrences = forms.IntegerField(label=_("Recurrences in the window"), min_value=0, initial=0)
    comment = Lines(label=_("Comment"), required=False)
    layout = (("observed", "cases"), ("check_first", "check_last"), "recurrences", "comment")


class Postpone(AboutFinding):
    effect_on = DayField(label=_("Effect to be judged on"))
    reason = Lines(label=_("Reason"))


class Ask(AboutFinding):
    text = Lines(label=_("What to look for"), help_text=_("They see this question, never the finding."))
    authorities = forms.ModelMultipleChoiceField(
        queryset=Authority.objects.none(), to_field_name="code", label=_("Whom to ask"), widget=forms.CheckboxSelectMultiple
    )
    due_on = DayField(label=_("Answer by"))

    def prepare(self) -> None:
        today = clock.today()
        asked = ElsewhereAnswer.objects.filter(question__finding=self.finding).values_list("authority_id", flat=True)
        left_out = {self.finding.authority_id, *asked}
        versions = [one for one in organisation.authorities(None, today) if one.authority_id not in left_out]
        field = self.fields["authorities"]
        field.queryset = Authority.objects.on(today).exclude(pk__in=left_out)  # type: ignore[attr-defined]
        field.choices = sorted(((one.authority.code, one.name) for one in versions), key=lambda pair: pair[1])  # type: ignore[attr-defined]


class Translate(AboutFinding):
    requirement_en = Lines(label=_("Requirement in English"), required=False)
    evidence_en = Lines(label=_("Evidence in English"), required=False)
    gap_en = Lines(label=_("Gap in English"), required=False, rows=2)


class Answer(ActionForm):
    """An authority's answer to a question of another."""

    answer = forms.ChoiceField(label=_("Answer"), choices=ElsewhereAnswer.Answer.choices, widget=forms.RadioSelect)
    comment = Lines(label=_("What was checked"), help_text=_("Where you looked, how many cases, what you saw."))
    gap = Lines(label=_("Gap"), required=False, rows=2, help_text=_("If yes: one sentence on what is missing with you. A finding is raised."))
    evidence = Lines(label=_("Evidence"), required=False, help_text=_("If yes: what was seen, where, when."))


class Decide(ActionForm):
    """What is decided about a government-wide case."""

    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    decision = Lines(label=_("What was decided for all"), rows=6)
