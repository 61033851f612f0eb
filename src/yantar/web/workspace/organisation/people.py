"""People who sign in and the roles they hold: for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yantar.core import clock
from yantar.core.models import User
from yantar.core.problems import Refused
from yantar.qms.organisation import actions, queries
from yantar.qms.organisation.models import Authority, Role, RoleHolding
from yantar.web.workspace.access import demand, staff
from yantar.web.workspace.forms import ActionForm, DayField, form_page, posted

PER_PAGE = 100
LANGUAGES = [("ru", "Русский"), ("en", "English")]


class PersonForm(ActionForm):
    """Who somebody is. The password is the person's own affair: they set it by e-mail, or sign in through single sign-on."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    post = forms.CharField(label=_("Post"), max_length=300, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="ru")

    layout = ("full_name", ("email", "language"), "post")


class RoleForm(ActionForm):
    """A role to give, for one authority or the whole government."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
    authority = forms.ModelChoiceField(
        label=_("Authority"), queryset=Authority.objects.none(), required=False, empty_label=_("the whole government"), to_field_name="code"
    )
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("Until (the first day without the role)"), required=False)

    layout = (("role", "authority"), ("valid_from", "valid_to"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        field = self.fields["authority"]
        field.queryset = Authority.objects.on(today)  # type: ignore[attr-defined]
        names = {v.authority.code: v.name for v in queries.authorities(None, today)}
        field.choices = [("", _("the whole government")), *sorted(names.items(), key=lambda pair: pair[1])]  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = today


@staff
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, with what they may do today."""
    demand(request, "organisation.give_role")
    q = request.GET.get("q", "").strip()[:100]
    found = queries.people(request.user)
    if q:
        found = found.filter(full_name__icontains=q) | found.filter(email__icontains=q)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    names = queries.names_on({h.authority_id for user in page for h in user.roles.all() if h.authority_id}, today)
    rows = [(user, [(held, names.get(held.authority_id or 0)) for held in user.roles.all() if held.holds_on(today)]) for user in page]
    return render(request, "workspace/organisation/people.html", {"page": page, "rows": rows, "q": q})


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Register somebody."""
    demand(request, "organisation.change_person")
    form = PersonForm(**posted(request))
    if request.method == "POST":
        made = form.attempt(actions.add_person, by=request.user)
        if made is not None:
            messages.success(request, _g("The person is registered. Now give a role."))
            return redirect("workspace:person", pk=made.pk)
    return form_page(request, "workspace/organisation/person_form.html", form, heading=_g("Register a person"))


def _person(request: HttpRequest, pk: int) -> User:
    demand(request, "organisation.give_role")
    found = queries.people(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: their roles over time, and a form that gives another."""
    one = _person(request, pk)
    form = RoleForm(**posted(request))
    if request.method == "POST" and form.attempt(actions.give_role, by=request.user, user=one):
        messages.success(request, _g("The role is given."))
        return redirect("workspace:person", pk=pk)
    held = queries.roles_of(one)
    today = clock.today()
    names = queries.names_on({h.authority_id for h in held if h.authority_id}, today)
    roles = [(h, names.get(h.authority_id or 0), h.valid_to is None or h.valid_to > today) for h in held]
    return form_page(request, "workspace/organisation/person.html", form, person=one, roles=roles)


@staff
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's name, e-mail, post, language."""
    one = _person(request, pk)
    form = PersonForm(**posted(request), initial={name: getattr(one, name) for name in PersonForm.base_fields})
    if request.method == "POST" and form.attempt(actions.change_person, by=request.user, user=one):
        messages.success(request, _g("Saved."))
        return redirect("workspace:person", pk=pk)
    return form_page(request, "workspace/organisation/person_form.html", form, heading=str(one), person=one)


@staff
@require_POST
def take_role(request: HttpRequest, pk: int, holding: int) -> HttpResponse:
    """End a role today."""
    one = _person(request, pk)
    found = RoleHolding.objects.filter(pk=holding, user=one).first()
    if found is None:
        raise Http404
    _attempt(request, actions.take_role, _g("The role ends today."), holding=found, on=clock.today())
    return redirect("workspace:person", pk=pk)


@staff
@require_POST
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in no longer, or again."""
    one = _person(request, pk)
    act = actions.deactivate_person if one.is_active else actions.activate_person
    _attempt(request, act, _g("Saved."), user=one)
    return redirect("workspace:person", pk=pk)


def _attempt(request: HttpRequest, act: Any, said: str, **parameters: Any) -> None:
    try:
        act(by=request.user, **parameters)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, str(problem.message))
    else:
        messages.success(request, said)
