"""Addresses of the workspace, `/workspace/…`; one namespace, two rooms."""

from .certification.urls import urlpatterns as certification
from .organisation.urls import urlpatterns as organisation

app_name = "workspace"
urlpatterns = [*certification, *organisation]
