"""Database and files kept together in one file, proven by hash and by a test restore.

The file is a tar: `manifest.json` (versions, migrations, rows of every table, size and SHA-256 of each part), `manifest.sha256`,
`database.dump` (pg_dump's custom format, compressed), `files/…` (uploaded files by their hash). Keys and sent mail are not in it.
"""

from .making import Made, make
from .reading import Backup, opened
from .restoring import restore

__all__ = ["Backup", "Made", "make", "opened", "restore"]
