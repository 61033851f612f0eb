"""What is set for the whole government."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yantar.qms.organisation import queries
from yantar.qms.organisation.actions import change_government
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import ActionForm, form_page, posted


class GovernmentForm(ActionForm):
    """The government's own facts."""

    name_ru = forms.CharField(label=_("Name of the government in Russian"), max_length=300)
    name_en = forms.CharField(label=_("Name of the government in English"), max_length=300)
    languages = forms.MultipleChoiceField(label=_("Languages"), choices=[("ru", "Русский"), ("en", "English")], widget=forms.CheckboxSelectMultiple)
    inhabitants = forms.IntegerField(label=_("Inhabitants"), min_value=1, max_value=2_000_000_000, required=False)

    layout = ("name_ru", "name_en", ("languages", "inhabitants"))


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Names, languages, inhabitants."""
    found = queries.government()
    if found is None:
        raise Http404
    demand(request, "organisation.change_government", found)
    initial = {name: getattr(found, name) for name in GovernmentForm.base_fields}
    form = GovernmentForm(**posted(request), initial=initial)
    # What is known once can be corrected, not emptied.
    form.fields["inhabitants"].required = found.inhabitants is not None
    if request.method == "POST" and form.attempt(change_government, by=request.user, government=found):
        messages.success(request, _g("Saved."))
        return redirect("workspace:settings")
    return form_page(request, "workspace/organisation/settings.html", form, government=found)
