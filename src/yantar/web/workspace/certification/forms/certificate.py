"""A certificate itself: granted, corrected, superseded, with its exclusions and scan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from yantar.core.problems import Problem
from yantar.qms.certification.actions import ExclusionEntry, SiteEntry
from yantar.qms.certification.models import Certificate, CertificationBody
from yantar.qms.certification.models.certificate import CertificateType
from yantar.qms.organisation.models import Site
from yantar.qms.standards.models import Edition
from yantar.web.workspace.forms import ActionForm, DayField, Lines

from .decision import WithBreaches

CORRECTABLE = (
    "number",
    "identity_number",
    "type",
    "client_ru",
    "client_en",
    "address_ru",
    "address_en",
    "scope_ru",
    "scope_en",
    "iaf_sector",
    "original_issue_on",
    "covid_extension",
    "source",
)

_SOURCE = _("For example: letter of the certification body, its number and date.")


class GrantForm(WithBreaches):
    """A new certificate of one authority with the decision that granted it."""

    number = forms.CharField(label=_("Certificate number"), max_length=60)
    identity_number = forms.CharField(label=_("Identity number of the certification"), max_length=60, required=False)
    body = forms.ModelChoiceField(CertificationBody.objects.none(), label=_("Certification body"), empty_label=_("choose"))
    edition = forms.ModelChoiceField(Edition.objects.none(), label=_("Edition of the standard"), empty_label=_("choose"))
    scope_ru = Lines(label=_("Scope in Russian"), required=False)
    scope_en = Lines(label=_("Scope in English"), required=False)
    stage1_on = DayField(label=_("Stage 1: last day"), required=False)
    stage2_on = DayField(label=_("Stage 2: last day"), required=False)
    decided_on = DayField(label=_("Decided on"))
    decision_number = forms.CharField(label=_("Number of the decision"), max_length=60, required=False)
    effective_on = DayField(label=_("In force from"), required=False, help_text=_("Empty: the day of the decision."))
    expires_on = DayField(label=_("Valid until"), required=False, help_text=_("Empty: three years, by the rules."))
    iaf_sector = forms.CharField(label=_("IAF sector"), max_length=10, required=False, initial="36")
    original_issue_on = DayField(label=_("First issued"), required=False, help_text=_("If it was certified before, by another certificate."))
    sites = forms.ModelMultipleChoiceField(
        Site.objects.none(),
        label=_("Sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose sites only for a certificate that covers several."),
    )
    central = forms.ModelChoiceField(Site.objects.none(), label=_("Site with the central function"), required=False, empty_label=_("none"))
    type = forms.ChoiceField(label=_("Type"), choices=[("", _("by the sites chosen")), *CertificateType.choices], required=False)
    source = forms.CharField(label=_("Where the entry is from"), max_length=500, required=False, help_text=_SOURCE)
    note = Lines(label=_("Note"), required=False, rows=2)

    layout: tuple[Any, ...] = (
        ("number", "identity_number"),
        ("body", "edition"),
        "scope_ru",
        "scope_en",
        [_("Audit and decision")],
        ("stage1_on", "stage2_on"),
        ("decided_on", "decision_number"),
        ("effective_on", "expires_on"),
        [_("More")],
        ("original_issue_on", "iaf_sector"),
        "sites",
        ("central", "type"),
        "source",
        "note",
    )

    def __init__(self, *args: Any, editions: Any, bodies: Any, sites: Any, **kwargs: Any) -> None:
        if not sites:
            self.layout = tuple(line for line in self.layout if line not in ("sites", ("central", "type")))
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        if sites:
            for name in ("sites", "central"):
                self.fields[name].queryset = sites  # type: ignore[attr-defined]
        else:
            for name in ("sites", "central", "type"):
                del self.fields[name]

    def parameters(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        central = values.pop("central", None)
        chosen = list(values.pop("sites", []))
        if central is not None and central not in chosen:
            chosen.append(central)
        return {**values, "sites": [SiteEntry(site, is_central=site == central) for site in chosen]}


class CorrectForm(ActionForm):
    """What was typed wrongly and no decision fixed. Dates, edition, body and status follow from decisions: reverse those instead."""

    number = forms.CharField(label=_("Certificate number"), max_length=60)
    identity_number = forms.CharField(label=_("Identity number of the certification"), max_length=60, required=False)
    type = forms.ChoiceField(label=_("Type"), choices=CertificateType.choices)
    client_ru = forms.CharField(label=_("Name of the client in Russian"), max_length=500, required=False)
    client_en = forms.CharField(label=_("Name of the client in English"), max_length=500, required=False)
    address_ru = forms.CharField(label=_("Head office in Russian"), max_length=500, required=False)
    address_en = forms.CharField(label=_("Head office in English"), max_length=500, required=False)
    scope_ru = Lines(label=_("Scope in Russian"), required=False)
    scope_en = Lines(label=_("Scope in English"), required=False)
    iaf_sector = forms.CharField(label=_("IAF sector"), max_length=10, required=False)
    original_issue_on = DayField(label=_("First issued"), required=False)
    covid_extension = forms.BooleanField(label=_("Twelve months to restore (2020–2021 exception)"), required=False)
    source = forms.CharField(label=_("Where the entry is from"), max_length=500, required=False, help_text=_SOURCE)
    reason = Lines(label=_("Why the entry is wrong"), rows=2, help_text=_("Kept in the journal; before and after stay in the history."))

    layout: tuple[Any, ...] = (
        ("number", "identity_number"),
        ("client_ru", "client_en"),
        ("address_ru", "address_en"),
        "scope_ru",
        "scope_en",
        ("type", "iaf_sector", "original_issue_on"),
        "covid_extension",
        "source",
        "reason",
    )

    def __init__(self, *args: Any, certificate: Certificate, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(certificate, name) for name in CORRECTABLE}
        super().__init__(*args, **kwargs)


class SupersedeForm(ActionForm):
    """Which certificate stands in the place of this one, and from when."""

    by_certificate = forms.CharField(label=_("Number of the certificate that takes its place"), max_length=60)
    on = DayField(label=_("From"))


class ScanForm(ActionForm):
    """A scan: its type is told from its content by the action."""

    file = forms.FileField(label=_("File"), help_text=_("PDF, PNG or JPEG."), widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            raise ValidationError(_("The file is larger than %(limit)s."), params={"limit": filesizeformat(settings.UPLOAD_LIMIT)})
        return file


class ExclusionForm(ActionForm):
    """One clause that is left out, with its reasons. An empty one counts as none."""

    clause_number = forms.CharField(label=_("Clause"), max_length=20)
    justification = Lines(label=_("Justification"), rows=2)
    approved_by = forms.CharField(label=_("Approved by (post)"), max_length=300)
    approved_on = DayField(label=_("Approved on"))

    layout: tuple[Any, ...] = (("clause_number", "approved_on"), "approved_by", "justification")

    @property
    def says_something(self) -> bool:
        """Whether anything stands here: typed now or kept from before."""
        return bool(self.has_changed() or self.initial)


class Exclusions(BaseFormSet):
    """All exclusions of a certificate; a marked one is taken away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems: list[Problem] = []

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.initial:
            form.fields["DELETE"].label = _("Take this one away")
            form.helper.layout.append("DELETE")
        else:
            form.fields.pop("DELETE", None)

    def entries(self) -> list[ExclusionEntry]:
        """What was typed, as the action takes it."""
        return [ExclusionEntry(**{name: form.cleaned_data[name] for name in ExclusionForm.base_fields}) for form in self._kept()]

    def _kept(self) -> list[Any]:
        return [form for form in self.forms if form.says_something and not form.cleaned_data.get("DELETE")]

    def refuse(self, problems: list[Problem]) -> None:
        """Put each problem beside the exclusion it is about (`row`, from 1)."""
        kept = self._kept()
        for problem in problems:
            if problem.row is not None and 0 < problem.row <= len(kept):
                kept[problem.row - 1].refuse([problem])
                self.problems += kept[problem.row - 1].problems
            else:
                self.problems.append(problem)


ExclusionFormSet = formset_factory(ExclusionForm, formset=Exclusions, extra=2, can_delete=True, max_num=60, validate_max=True)
