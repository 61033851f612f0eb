"""The API reads the same small government as the public pages."""

from tests.web.portal.conftest import government

__all__ = ["government"]
