from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "yantar.api"
    label = "api"
