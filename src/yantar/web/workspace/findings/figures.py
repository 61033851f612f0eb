"""How well findings are dealt with: figures, their rules, what most of them come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yantar.engine.ageing import Bucket
from yantar.qms.audits.queries.figures import audit_figures
from yantar.qms.findings import queries
from yantar.qms.findings.models import Grade, OriginKind
from yantar.qms.findings.queries import REST, Asked, Bar, Figures
from yantar.qms.organisation import queries as organisation
from yantar.web.ui.charts.columns import Group, columns_svg, meter_svg
from yantar.web.ui.templatetags.ui import number
from yantar.web.workspace.access import staff

from .filters import QuickSelect, authority_choices


class Narrowing(forms.Form):
    """What figures are wanted of; what is no choice is passed over."""

    authority = forms.ChoiceField(label=_("Authority"), required=False, widget=QuickSelect)
    first = forms.TypedChoiceField(label=_("Raised from the year"), required=False, coerce=int, empty_value=None, widget=QuickSelect)
    last = forms.TypedChoiceField(label=_("until the year"), required=False, coerce=int, empty_value=None, widget=QuickSelect)
    grade = forms.ChoiceField(label=_("Grade"), required=False, widget=QuickSelect, choices=[("", _("all")), *Grade.choices])
    source = forms.ChoiceField(label=_("Source"), required=False, widget=QuickSelect, choices=[("", _("all")), *OriginKind.choices])

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, label_suffix="")
        years = [("", _("any")), *((year, str(year)) for year in queries.years_known(request.user))]
        authorities = authority_choices(request.user, organisation.internal_authority_ids(request.user))
        choices: Mapping[str, Sequence[tuple[Any, Any]]] = {"authority": authorities, "first": years, "last": years}
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        if len(authorities) < 3:
            del self.fields["authority"]

    def asked(self) -> Asked:
        self.is_valid()
        return Asked(**{name: value for name, value in self.cleaned_data.items() if value not in (None, "")})


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a Pareto table: its place, words, link to the list, number, share and running share in per cent, its bar."""

    place: int | str
    label: Any
    url: str
    number: int
    share: Fraction
    running: Fraction
    bar: SafeString


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its table."""

    title: Any
    picture: SafeString
    lines: Sequence[Line]
    heading: Any


def _lines(bars: Sequence[Bar], parameter: str, kept: Mapping[str, str]) -> list[Line]:
    greatest = max((bar.row.number for bar in bars), default=1)
    return [
        Line(
            place="" if bar.key == REST else place,
            label=_("all others") if bar.key == REST else bar.label,
            url="" if bar.key == REST or not parameter else "?" + urlencode({**kept, parameter: bar.key}),
            number=bar.row.number,
            share=100 * bar.row.share,
            running=100 * bar.row.cumulative,
            bar=meter_svg(bar.row.number / greatest, "secondary" if bar.key == REST else "primary"),
        )
        for place, bar in enumerate(bars, start=1)
    ]


def _pareto(title: Any, heading: Any, bars: Sequence[Bar], parameter: str, kept: Mapping[str, str]) -> Chart | None:
    if not bars:
        return None
    # What is left over would make every other column look like nothing: it stands in the table.
    groups = [Group(str(place), [(bar.row.number, "primary")], float(bar.row.cumulative)) for place, bar in enumerate(bars, 1) if bar.key != REST]
    told = "; ".join(f"{bar.label or _g('all others')}: {bar.row.number}" for bar in bars)
    return Chart(title, columns_svg(groups, str(title), told), _lines(bars, parameter, kept), heading)


def span(bucket: Bucket) -> str:
    """Days of a bucket in words."""
    if bucket.upper is None:
        return _g("over %(days)s days") % {"days": number(bucket.lower - 1)}
    return _g("%(first)s–%(last)s days") % {"first": bucket.lower, "last": bucket.upper}


AGE_TONES = ("success", "success", "warning", "warning", "danger")


def _ageing(found: Figures) -> dict[str, Any]:
    rows = [(span(bucket), bucket.number) for bucket in found.ageing]
    groups = [
        Group(f"{bucket.lower}–{bucket.upper}" if bucket.upper is not None else f"> {bucket.lower - 1}", [(bucket.number, tone)])
        for bucket, tone in zip(found.ageing, AGE_TONES, strict=True)
    ]
    told = "; ".join(f"{label}: {count}" for label, count in rows)
    return {"rows": rows, "picture": columns_svg(groups, _g("Open findings by age in days"), told) if found.open else ""}


def _years(found: Figures) -> dict[str, Any]:
    groups = [Group(str(year.year), [(year.raised, "primary"), (year.closed, "success")]) for year in found.years]
    told = "; ".join(f"{year.year}: {year.raised}, {year.closed}" for year in found.years)
    return {"rows": found.years, "picture": columns_svg(groups, _g("Raised and closed by year"), told) if groups else ""}


@staff
@require_safe
def finding_figures(request: HttpRequest) -> HttpResponse:
    """The figures of everything whose internals the person sees, narrowed as the address says."""
    form = Narrowing(request)
    asked = form.asked()
    found = queries.figures(request.user, asked)
    kept = {name: value for name, value in (("authority", asked.authority), ("grade", asked.grade), ("source", asked.source)) if value}
    if asked.first:
        kept["since"] = f"{asked.first}-01-01"
    if asked.last:
        kept["until"] = f"{asked.last}-12-31"
    longest = max((stage.median for stage in found.stages), default=Fraction(1)) or 1
    return render(
        request,
        "workspace/findings/figures.html",
        {
            "form": form,
            "narrowed": asked != Asked(),
            "found": found,
            "audits": audit_figures(request.user, authority=asked.authority, first=asked.first, last=asked.last),
            "list_query": urlencode(kept),
            "open_query": urlencode({**kept, "state": queries.OPEN}),
            "stages": [(stage, meter_svg(float(stage.median / longest))) for stage in found.stages],
            "ageing": _ageing(found),
            "years": _years(found),
            "paretos": [
                chart
                for chart in (
                    _pareto(_("By clause"), _("Clause"), found.by_clause, "clause", kept),
                    _pareto(_("By authority"), _("Authority"), found.by_authority, "authority", kept) if len(found.by_authority) > 1 else None,
                    _pareto(_("By category of the cause"), _("Cause"), found.by_cause, "", kept),
                )
                if chart is not None
            ],
        },
    )
