"""Who comes in: every page of the workspace asks for a sign-in and for some role; what is then seen is for the queries to say."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

View = Callable[..., HttpResponse]


def staff(view: View) -> View:
    """Ask for a sign-in, then for a role. Without any role a page says whom to ask (403). Nothing of the workspace is kept by caches."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if not request.user.has_perm("organisation.open_workspace"):
            response = render(request, "workspace/no_role.html", status=403)
        else:
            response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    run.demands_sign_in = True  # type: ignore[attr-defined]
    return run


def demand(request: HttpRequest, permission: str, obj: Any = None) -> None:
    """Raise PermissionDenied (403) unless the person holds the permission on the object.

    A page that shows a form asks before it shows it; the action asks again on the locked row.
    """
    if not request.user.has_perm(permission, obj):
        raise PermissionDenied(permission)
