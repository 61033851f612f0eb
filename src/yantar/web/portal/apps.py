from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yantar.web.portal"
    label = "web_portal"
