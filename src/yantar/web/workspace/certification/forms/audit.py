"""An audit that the certification body carried out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yantar.qms.certification.models import CertificateSite, ExternalAuditKind
from yantar.web.workspace.forms import ActionForm, DayField


class AuditForm(ActionForm):
    """The sites are asked for only where the certificate has some."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("choose")), *ExternalAuditKind.choices])
    began_on = DayField(label=_("First day"), required=False)
    ended_on = DayField(label=_("Last day"))
    days = forms.DecimalField(
        label=_("Audit days"), required=False, max_digits=5, decimal_places=1, help_text=_("Days of eight hours, as the report says."), localize=True
    )
    report = forms.CharField(label=_("Report number"), max_length=60, required=False)
    sites = forms.ModelMultipleChoiceField(
        CertificateSite.objects.none(), label=_("Sites visited"), required=False, widget=forms.CheckboxSelectMultiple
    )
    source = forms.CharField(label=_("Where the entry is from"), max_length=500, required=False)

    layout: tuple[Any, ...] = ("kind", ("began_on", "ended_on"), ("days", "report"), "sites", "source")

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        if not sites:
            self.layout = tuple(line for line in self.layout if line != "sites")
        super().__init__(*args, **kwargs)
        if sites:
            field = self.fields["sites"]
            field.queryset = sites  # type: ignore[attr-defined]
            field.label_from_instance = lambda one: one.site.name  # type: ignore[attr-defined]
        else:
            del self.fields["sites"]
