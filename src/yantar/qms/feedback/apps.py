from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "yantar.qms.feedback"
    label = "feedback"
    verbose_name = _("What citizens say")

    def ready(self) -> None:
        from yantar.core.messages import register

        from . import rules
        from .messages import NOTIFICATIONS, notification_sentence

        assert rules, "the rules are known before anybody asks"
        for kind in NOTIFICATIONS:
            register(kind, partial(notification_sentence, kind))
