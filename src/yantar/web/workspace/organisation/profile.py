"""One's own page: who I am here, which roles I hold, how letters reach me."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yantar.core import clock
from yantar.qms.organisation import queries
from yantar.qms.organisation.actions import change_own_settings
from yantar.web.workspace.access import staff
from yantar.web.workspace.forms import ActionForm, form_page, posted


class OwnSettingsForm(ActionForm):
    """What everybody decides for themselves."""

    language = forms.ChoiceField(label=_("Language of letters"), choices=[("ru", "Русский"), ("en", "English")])
    mail_digest = forms.BooleanField(
        label=_("Daily digest by e-mail"), required=False, help_text=_("One letter a day with what is new for you; none when there is nothing.")
    )


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own page."""
    user = request.user
    form = OwnSettingsForm(**posted(request), initial={name: getattr(user, name) for name in OwnSettingsForm.base_fields})
    if request.method == "POST" and form.attempt(change_own_settings, by=user) is not None:
        messages.success(request, _g("Saved."))
        return redirect("workspace:profile")
    held = queries.roles_of(user)  # type: ignore[arg-type]
    today = clock.today()
    names = queries.names_on({one.authority_id for one in held if one.authority_id}, today)
    roles = [(one, names.get(one.authority_id or 0)) for one in held if one.holds_on(today)]
    return form_page(request, "workspace/organisation/profile.html", form, roles=roles)
