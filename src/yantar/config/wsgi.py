"""The web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yantar.config.settings.production")
application = get_wsgi_application()

from yantar.core.accounts import refuse_demonstration  # noqa: E402 - models need the set-up above

refuse_demonstration()
