"""The few files of npm packages that pages need, served as static files without their packages around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, overload

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

GOLOS = "@fontsource-variable/golos-text"
SERVED: dict[str, str] = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/altcha/pbkdf2.js": "altcha/dist/workers/pbkdf2.js",
    "vendor/leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "vendor/leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    **{f"vendor/leaflet/images/{name}.png": f"leaflet/dist/images/{name}.png" for name in ("layers", "layers-2x", "marker-icon")},
    "vendor/golos/wght.css": f"{GOLOS}/wght.css",
    **{
        f"vendor/golos/files/golos-text-{subset}-wght-normal.woff2": f"{GOLOS}/files/golos-text-{subset}-wght-normal.woff2"
        for subset in ("cyrillic", "cyrillic-ext", "latin", "latin-ext")
    },
}
"""Address below `/static/` → path below `node_modules/`. `latin-ext` carries the rouble sign, `cyrillic` the number sign."""

_SOURCE_MAP = re.compile(rb"\s*(/\*#\s*sourceMappingURL=[^*]*\*/|//#\s*sourceMappingURL=\S+)\s*$")


class NodePackagesStorage(FileSystemStorage):
    """Reads `SERVED`; leaves out the reference to a source map, which is not served and would stop the manifest."""

    def path(self, name: str) -> str:
        return str(Path(settings.NODE_MODULES) / SERVED[name])

    def exists(self, name: str) -> bool:
        return name in SERVED and Path(self.path(name)).is_file()

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        content = Path(self.path(name)).read_bytes()
        if name.endswith((".css", ".js")):
            content = _SOURCE_MAP.sub(b"\n", content)
        return ContentFile(content, name=name)


class NodePackagesFinder(BaseFinder):
    """Finds `SERVED` in `settings.NODE_MODULES`. Raises ImproperlyConfigured, naming `make setup`, when a file is not there."""

    storage = NodePackagesStorage()

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to check: a server that has collected its static files needs no packages any more."""
        return []

    def _absent(self, name: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(f"{SERVED[name]} is not in node_modules: run `make setup` (it installs what the browser needs).")

    @overload  # type: ignore[override]
    def find(self, path: str, find_all: bool = ...) -> str | list[str]: ...
    @overload
    def find(self, path: str, **kwargs: Any) -> str | list[str]: ...
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:
        """Where the file of that address lies; an empty list when it is none of ours."""
        name = path.replace("\\", "/")
        if name not in SERVED:
            return []
        if not self.storage.exists(name):
            raise self._absent(name)
        found = self.storage.path(name)
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, NodePackagesStorage]]:
        """Every file with its storage, for `collectstatic`."""
        for name in SERVED:
            if matches_patterns(name, list(ignore_patterns or [])):
                continue
            if not self.storage.exists(name):
                raise self._absent(name)
            yield name, self.storage
