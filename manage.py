"""Django's own commands, for developers; people use the `yantar` command."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yantar.config.settings.local")
    execute_from_command_line(sys.argv)
