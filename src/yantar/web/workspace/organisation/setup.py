"""The guided set-up of a government's own Yantar: one page, then the workspace with what to do next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yantar.core.actions import System
from yantar.qms.organisation.actions.setup import is_set_up, set_up
from yantar.web.workspace.forms import ActionForm, form_page, posted

SETUP = System("set-up")


class SetUpForm(ActionForm):
    """What a government must say before it can begin."""

    name_ru = forms.CharField(label=_("Name of the government in Russian"), max_length=300)
    name_en = forms.CharField(label=_("Name of the government in English"), max_length=300)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=[("ru", "Русский"), ("en", "English")], widget=forms.CheckboxSelectMultiple, initial=["ru", "en"]
    )
    inhabitants = forms.IntegerField(label=_("Inhabitants"), min_value=1, max_value=2_000_000_000, required=False)
    full_name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("Your e-mail"))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True))
    again = forms.CharField(label=_("Password once more"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True))

    layout = (
        [_("The government")],
        "name_ru",
        "name_en",
        ("languages", "inhabitants"),
        [_("The first administrator")],
        "full_name",
        "email",
        ("password", "again"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The passwords differ."))
        return data

    def parameters(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "again"}


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Only while no government exists, and only where the settings allow it: on a server the operator makes the first administrator."""
    if is_set_up():
        raise Http404
    if not settings.SETUP_OPEN:
        return form_page(request, "workspace/organisation/setup_closed.html", forms.Form())
    form = SetUpForm(**posted(request))
    if request.method == "POST":
        user = form.attempt(set_up, by=SETUP)
        if user is not None:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            return redirect("workspace:imports")
    return form_page(request, "workspace/organisation/setup.html", form)
