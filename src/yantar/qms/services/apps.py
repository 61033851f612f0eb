from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "yantar.qms.services"
    label = "services"
    verbose_name = _("Processes and services")

    def ready(self) -> None:
        from yantar.core.messages import register

        from .messages import NOTIFICATIONS

        for kind, sentence in NOTIFICATIONS.items():
            register(kind, sentence)
