"""A certification body and its own time limits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yantar.qms.certification.models import CertificationBody
from yantar.web.workspace.forms import ActionForm, DayField

FIELDS = (
    "name_ru",
    "name_en",
    "country",
    "address",
    "accreditation_body",
    "accreditation_number",
    "accredited_from",
    "accredited_to",
    "website",
    "major_days",
    "minor_plan_days",
    "recert_start_days",
)


class BodyForm(ActionForm):
    """All that is entered of a body; its code is asked for only when it is new."""

    code = forms.CharField(label=_("Code"), max_length=60, help_text=_("Latin letters, digits and hyphens; part of the address."))
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=300)
    name_en = forms.CharField(label=_("Name in English"), max_length=300)
    country = forms.CharField(label=_("Country"), max_length=2, initial="RU", help_text=_("Two Latin letters, for example RU."))
    address = forms.CharField(label=_("Address"), max_length=500, required=False)
    accreditation_body = forms.CharField(label=_("Accredited by"), max_length=300, required=False)
    accreditation_number = forms.CharField(label=_("Accreditation number"), max_length=60, required=False)
    accredited_from = DayField(label=_("Accredited from"), required=False)
    accredited_to = DayField(label=_("Accredited until"), required=False)
    website = forms.CharField(label=_("Website"), max_length=200, required=False, widget=forms.URLInput)
    major_days = forms.IntegerField(label=_("Days to mend a major nonconformity"), initial=90, min_value=1, max_value=1000)
    minor_plan_days = forms.IntegerField(label=_("Days to plan for a minor nonconformity"), initial=90, min_value=1, max_value=1000)
    recert_start_days = forms.IntegerField(label=_("Days before expiry to begin recertification"), initial=180, min_value=1, max_value=1000)

    layout: tuple[Any, ...] = (
        "code",
        "name_ru",
        "name_en",
        ("country", "website"),
        "address",
        [_("Accreditation")],
        ("accreditation_body", "accreditation_number"),
        ("accredited_from", "accredited_to"),
        [_("Its own time limits, in days")],
        ("major_days", "minor_plan_days", "recert_start_days"),
    )

    def __init__(self, *args: Any, body: CertificationBody | None = None, **kwargs: Any) -> None:
        if body is not None:
            self.layout = self.layout[1:]
            kwargs["initial"] = {name: getattr(body, name) for name in FIELDS}
        super().__init__(*args, **kwargs)
        if body is not None:
            del self.fields["code"]
