"""The only code that changes anything about findings."""

from .raising import correct_draft, drop_draft, open_finding, raise_finding, take_up

__all__ = ["correct_draft", "drop_draft", "open_finding", "raise_finding", "take_up"]
