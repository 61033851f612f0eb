"""The addresses of the house and one empty view beside them: the peer of the public answers in the same server."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from yantar.config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing but Django and the house's middleware."""
    return HttpResponse(b"")


urlpatterns = [path("empty", empty), *urlpatterns]
