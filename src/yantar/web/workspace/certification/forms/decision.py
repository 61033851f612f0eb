"""What the certification body decided: the kind is chosen first, then only what belongs to that kind is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem, Refused
from yantar.qms.certification.models import CertificationBody, DecisionKind
from yantar.qms.certification.models.facts import SuspensionReason
from yantar.qms.standards.models import Edition
from yantar.web.workspace.forms import ActionForm, DayField, Lines

_DAYS = ("decided_on", "effective_on")
_MORE = ("number", "source")

LAYOUTS: dict[str, tuple[Any, ...]] = {
    DecisionKind.GRANT: (_DAYS, ("expires_on", "audit_on"), "edition", _MORE, "note"),
    DecisionKind.CONFIRM: (("audit_on", "decided_on"), _MORE, "note"),
    DecisionKind.SUSPEND: ("reason_code", _DAYS, _MORE, "note"),
    DecisionKind.RESTORE: (_DAYS, ("expires_on", "audit_on"), _MORE, "note"),
    DecisionKind.REDUCE_SCOPE: ("scope_ru", "scope_en", _DAYS, _MORE, "note"),
    DecisionKind.WITHDRAW: (_DAYS, _MORE, "note"),
    DecisionKind.RENEW: (("audit_on", "decided_on"), ("effective_on", "expires_on"), "edition", _MORE, "note"),
    DecisionKind.MOVE_EDITION: ("edition", ("audit_on", "decided_on"), ("effective_on", "expires_on"), _MORE, "note"),
    DecisionKind.TRANSFER: ("body", _DAYS, _MORE, "note"),
}
"""Kind of decision → the fields asked for, as lines of the form."""

EXPLAINED: dict[str, Any] = {
    DecisionKind.GRANT: _("A new first cycle begins: after a withdrawal, or long after expiry."),
    DecisionKind.CONFIRM: _("The yearly surveillance was passed; the certificate stays in force."),
    DecisionKind.SUSPEND: _("The certificate is not valid for the time being, as a rule for six months at most."),
    DecisionKind.RESTORE: _("A suspension ends, or an expired certificate is valid again."),
    DecisionKind.REDUCE_SCOPE: _("Parts of the work leave the scope; the rest stays certified."),
    DecisionKind.WITHDRAW: _("The certificate ends for good."),
    DecisionKind.RENEW: _("Recertification was passed; the next three years begin."),
    DecisionKind.MOVE_EDITION: _("From now on the certificate is to another edition of the standard."),
    DecisionKind.TRANSFER: _("Another certification body answers for the certificate from now on."),
}
"""What each kind of decision means, in a line."""


class WithBreaches(ActionForm):
    """A form that can be recorded against the rules: it comes back with the rules broken and asks for a reason. What was typed stays."""

    breach_reason = Lines(
        label=_("Why it is recorded although it breaks a rule"),
        required=False,
        help_text=_("The reason is kept with the decision, which stays flagged."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.breaches: list[Problem] = []

    def attempt(self, act: Callable[..., Any], **more: Any) -> Any:
        """Record it; against rules only with a reason that was given for exactly the broken rules that were shown."""
        if not self.is_valid():
            return None
        values = self.parameters()
        reason = values.pop("breach_reason", "").strip()
        try:
            return act(**values, **more)
        except Refused as refused:
            self.refuse(refused.problems)
        if reason and self.breaches and not self.problems and self.is_valid() and self.data.get("breaches_seen") == self.breaches_told:
            self.breaches = []
            try:
                return act(**values, breach_reason=reason, **more)
            except Refused as refused:
                self.refuse(refused.problems)
        return None

    @property
    def breaches_told(self) -> str:
        """A mark of the broken rules as they are shown, sent back with the reason."""
        return hashlib.sha256("\n".join(str(problem.message) for problem in self.breaches).encode()).hexdigest()[:20]

    @property
    def asks_reason(self) -> bool:
        """Whether the field for a reason is shown: rules were broken, or a reason was typed already."""
        return bool(self.breaches or self["breach_reason"].value())

    def refuse(self, problems: Iterable[Problem]) -> None:
        problems = list(problems)
        self.breaches = [problem for problem in problems if problem.code == "breach"]
        super().refuse(problem for problem in problems if problem.code != "breach")


class DecisionForm(WithBreaches):
    """A decision of one kind."""

    decided_on = DayField(label=_("Decided on"), help_text=_("The day on the certification body's decision."))
    effective_on = DayField(label=_("In force from"), required=False, help_text=_("Empty: the day of the decision."))
    expires_on = DayField(label=_("Valid until"), required=False, help_text=_("The last day of validity. Empty: the usual term by the rules."))
    audit_on = DayField(label=_("Last day of the audit"), required=False)
    edition = forms.ModelChoiceField(Edition.objects.none(), label=_("Edition of the standard"), required=False, empty_label=_("as before"))
    body = forms.ModelChoiceField(CertificationBody.objects.none(), label=_("Certification body"), empty_label=_("choose"))
    scope_ru = Lines(label=_("New scope in Russian"), required=False)
    scope_en = Lines(label=_("New scope in English"), required=False)
    reason_code = forms.ChoiceField(label=_("Ground"), choices=[("", _("choose")), *SuspensionReason.choices])
    number = forms.CharField(label=_("Number of the decision"), max_length=60, required=False)
    source = forms.CharField(
        label=_("Where the entry is from"),
        max_length=500,
        required=False,
        help_text=_("For example: letter of the certification body, its number and date."),
    )
    note = Lines(label=_("Note"), required=False, rows=2)

    def __init__(self, *args: Any, kind: str, editions: Any, bodies: Any, **kwargs: Any) -> None:
        self.kind = kind
        self.layout = LAYOUTS[kind]
        wanted = {name for line in self.layout for name in ([line] if isinstance(line, str) else line)} | {"breach_reason"}
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - wanted:
            del self.fields[name]
        if "edition" in self.fields:
            self.fields["edition"].queryset = editions  # type: ignore[attr-defined]
            if kind == DecisionKind.MOVE_EDITION:
                self.fields["edition"].required = True
                self.fields["edition"].empty_label = _("choose")  # type: ignore[attr-defined]
        if "body" in self.fields:
            self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def parameters(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.cleaned_data}


class ReasonForm(ActionForm):
    """Taking an entry back: why it was wrong."""

    reason = Lines(label=_("Why the entry is wrong"))
