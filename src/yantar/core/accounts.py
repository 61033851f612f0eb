"""How people sign in: the decisions of django-allauth and django-axes that are ours."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.translation import get_language, override

from .clients import client_address
from .models import User


def may_sign_in(user: User | None) -> bool:
    """Whether the account is one that may be used here: active, and no demonstration account where real work is done."""
    return user is not None and user.is_active and (settings.DEMO_ALLOWED or not user.is_demo)


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Passwords, and the person behind a session: whoever may not sign in any more is signed out at the next request."""

    def user_can_authenticate(self, user: User) -> bool:
        return may_sign_in(user)

    def get_user(self, user_id: Any) -> User | None:
        user = super().get_user(user_id)
        return user if may_sign_in(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account for himself: an administrator does."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A letter is in the language its reader chose, whatever page it was asked for on."""
        with override(getattr(context.get("user"), "language", None) or get_language()):
            super().send_mail(template_prefix, email, context)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Every way to sign in (password, passkey, single sign-on, a code) passes here."""
        if not may_sign_in(user):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "unknown"


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on lets in people who are already known here, by their confirmed e-mail."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


def login_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """The account that attempts are counted on: the e-mail however it is written."""
    said = (credentials or {}).get("email") or (credentials or {}).get("username") or request.POST.get("login")
    return str(said).strip().lower() if said else None


def refuse_demonstration() -> None:
    """Raises ImproperlyConfigured where a real government's Yantar holds demonstration accounts, whose password everybody knows."""
    if not settings.DEMO_ALLOWED and User.objects.filter(is_demo=True).exists():
        raise ImproperlyConfigured(
            "This database holds the demonstration and its accounts. Production settings need a database of their own: "
            "point DATABASE_URL or YANTAR_DATA to an empty one."
        )
