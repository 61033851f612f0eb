from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "yantar.web.ui"
    label = "web_ui"
