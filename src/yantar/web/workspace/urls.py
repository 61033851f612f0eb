"""Addresses of the workspace, `/workspace/…`; one namespace, a room for each part of the work."""

from .audits.urls import urlpatterns as audits
from .certification.urls import urlpatterns as certification
from .findings.urls import urlpatterns as findings
from .organisation.urls import urlpatterns as organisation
from .people.urls import urlpatterns as people
from .procurement.urls import urlpatterns as procurement
from .services.urls import urlpatterns as services

app_name = "workspace"
urlpatterns = [*certification, *audits, *findings, *services, *people, *procurement, *organisation]
