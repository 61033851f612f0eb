"""Addresses of the workspace, `/workspace/…`; one namespace, a room for each part of the work."""

from .audits.urls import urlpatterns as audits
from .certification.urls import urlpatterns as certification
from .feedback.urls import urlpatterns as feedback
from .findings.urls import urlpatterns as findings
from .organisation.urls import urlpatterns as organisation
from .passports.urls import urlpatterns as passports
from .people.urls import urlpatterns as people
from .procurement.urls import urlpatterns as procurement
from .protection.urls import urlpatterns as protection
from .ratings.urls import urlpatterns as ratings
from .services.urls import urlpatterns as services

app_name = "workspace"
urlpatterns = [*certification, *audits, *findings, *feedback, *services, *passports, *people, *procurement, *ratings, *protection, *organisation]
