"""The report of an audit: its figures, the same on the screen and on paper, and the PDF made of them."""

from .facts import Coverage, FindingFact, ReportFacts, facts
from .paper import pdf

__all__ = ["Coverage", "FindingFact", "ReportFacts", "facts", "pdf"]
