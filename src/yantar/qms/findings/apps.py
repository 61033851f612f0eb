from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    name = "yantar.qms.findings"
    label = "findings"
    verbose_name = _("Findings")

    def ready(self) -> None:
        from yantar.core.messages import register

        from . import rules
        from .messages import NOTIFICATIONS, notification_sentence

        assert rules, "the rules are known before anybody asks"
        for kind in NOTIFICATIONS:
            register(kind, partial(notification_sentence, kind))
