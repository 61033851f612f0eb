"""Addresses. The same paths serve Russian (at the root) and English (below `/en/`)."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from yantar.api.v1 import api
from yantar.web.workspace.organisation.setup import setup


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: for load balancers; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", api.urls),
    path("open311/v2/", include("yantar.api.open311.urls")),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("setup/", setup, name="setup"),
        path("workspace/", include("yantar.web.workspace.urls")),
        path("", include("yantar.web.portal.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "yantar.web.ui.errors.bad_request"
handler403 = "yantar.web.ui.errors.forbidden"
handler404 = "yantar.web.ui.errors.not_found"
handler500 = "yantar.web.ui.errors.server_error"
