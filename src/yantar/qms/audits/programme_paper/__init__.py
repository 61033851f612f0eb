"""The programme on paper and as a workbook: the same rows as on the screen."""

from .book import xlsx
from .paper import pdf

__all__ = ["pdf", "xlsx"]
