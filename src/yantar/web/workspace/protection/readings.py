"""Who opened personal data, and how long they are kept: for the data protection officer."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yantar.core import clock
from yantar.library.retention import load_retention
from yantar.qms.feedback.models import AppealKind
from yantar.qms.feedback.queries.readings import in_words, readings
from yantar.qms.organisation.queries import names_on
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import DayField

PER_PAGE = 50


class Filters(forms.Form):
    """What the register is narrowed by; what can't be understood is said beside its field and narrows nothing."""

    number = forms.CharField(label=_("Number of an appeal"), required=False, max_length=40)
    day_from = DayField(label=_("From"), required=False)
    day_to = DayField(label=_("To"), required=False)


@staff
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The register of readings, the latest first, and the retention of each kind of paper."""
    demand(request, "feedback.protect_data")
    form = Filters(request.GET, label_suffix="")
    form.is_valid()
    asked = form.cleaned_data
    found = readings(request.user, number=asked.get("number") or "", day_from=asked.get("day_from"), day_to=asked.get("day_to"))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = in_words(list(page))
    names = names_on({one.entry.authority_id for one in rows if one.entry.authority_id}, clock.today())
    kept = load_retention(settings.RETENTION)
    context = {
        "form": form,
        "page": page,
        "rows": [(one, names.get(one.entry.authority_id or 0)) for one in rows],
        "kept": [(AppealKind(one.kind).label, one.days, one.confirmed) for one in kept.rows],
        "kept_checked_on": kept.checked_on,
    }
    return render(request, "workspace/protection/readings.html", context)
