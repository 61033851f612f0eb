"""Who comes in: every page of the workspace asks for a sign-in and for some role; what is then seen is for the queries to say."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from yantar.core import clock
from yantar.core.models import User
from yantar.qms.organisation.models import Role
from yantar.qms.organisation.queries import people_with_role

View = Callable[..., HttpResponseBase]


def staff(view: View) -> View:
    """Ask for a sign-in, then for a role. Without any role a page says whom to ask (403). Nothing of the workspace is kept by caches."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if not request.user.has_perm("organisation.open_workspace"):
            administrators = people_with_role(Role.ADMINISTRATOR, None, clock.today())
            response: HttpResponseBase = render(request, "workspace/no_role.html", {"administrators": administrators}, status=403)
        else:
            response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    run.demands_sign_in = True  # type: ignore[attr-defined]
    return run


def person(request: HttpRequest) -> User:
    """Who is signed in; for views behind `staff`."""
    assert isinstance(request.user, User)
    return request.user


def demand(request: HttpRequest, permission: str, obj: Any = None) -> None:
    """Raise PermissionDenied (403) unless the person holds the permission on the object.

    A page that shows a form asks before it shows it; the action asks again on the locked row.
    """
    if not request.user.has_perm(permission, obj):
        raise PermissionDenied(permission)
