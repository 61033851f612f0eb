"""Keys of programs: given, listed, revoked. A secret is in the one answer that made it and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from yantar.core import clock
from yantar.core.problems import Refused
from yantar.qms.organisation import queries
from yantar.qms.organisation.actions import give_key, revoke_key
from yantar.qms.organisation.models import Authority, KeyPurpose
from yantar.web.workspace.access import demand, person, staff
from yantar.web.workspace.forms import ActionForm, DayField, posted

PER_PAGE = 100


class KeyForm(ActionForm):
    """Whose program, what for, until when."""

    name = forms.CharField(label=_("Whose program"), max_length=200)
    purpose = forms.ChoiceField(label=_("What for"), choices=[("", "—"), *KeyPurpose.choices])
    authority = forms.ModelChoiceField(
        label=_("Authority"), queryset=Authority.objects.none(), required=False, empty_label=_("the whole government"), to_field_name="code"
    )
    last_day = DayField(label=_("Valid until and on"))

    layout = ("name", ("purpose", "authority"), "last_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        field = self.fields["authority"]
        field.queryset = Authority.objects.on(today)  # type: ignore[attr-defined]
        names = {v.authority.code: v.name for v in queries.authorities(None, today)}
        field.choices = [("", _("the whole government")), *sorted(names.items(), key=lambda pair: pair[1])]  # type: ignore[attr-defined]
        self.fields["last_day"].initial = today + timedelta(days=365)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, and a form that gives another. The answer with the secret is never kept and can't be asked for again."""
    demand(request, "organisation.give_key")
    form, secret, made = KeyForm(**posted(request)), "", None
    if request.method == "POST":
        given = form.attempt(give_key, by=request.user)
        if given is not None:
            made, secret = given
            form = KeyForm()
    page = Paginator(queries.keys(request.user), PER_PAGE).get_page(request.GET.get("page"))
    names = queries.names_on({one.authority_id for one in page if one.authority_id}, clock.today())
    today = clock.today()
    context = {
        "form": form,
        "problems": form.problems,
        "page": page,
        "rows": [(one, names.get(one.authority_id or 0), _state(one, today)) for one in page],
        "secret": secret,
        "made": made,
    }
    response = render(request, "workspace/protection/keys.html", context, status=422 if form.is_bound else 200)
    if secret:
        response["Cache-Control"] = "no-store, private"
    return response


def _state(key: Any, today: Any) -> str:
    return "revoked" if key.revoked_at else "over" if key.last_day < today else "valid"


@staff
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on the key opens nothing."""
    demand(request, "organisation.give_key")
    found = queries.keys(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        revoke_key(by=person(request), key=found)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, _g("The key is revoked: it opens nothing any more."))
    return redirect("workspace:keys")
