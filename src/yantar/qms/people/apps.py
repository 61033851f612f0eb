from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "yantar.qms.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from yantar.core.messages import register

        from .messages import NOTIFICATIONS, notification_sentence

        for kind in NOTIFICATIONS:
            register(kind, partial(notification_sentence, kind))
