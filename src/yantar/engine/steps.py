"""How a computed figure was reached, as data: a surface words the steps in the reader's language and shows rule and inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(message: str) -> str:
    """Mark a message for translation; surfaces translate it when they show it."""
    return message


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a computation.

    `code` names the rule (its English wording with named parameters is in the module that computes), `params` are the inputs as
    text, exact where they end and to two places where they do not, `value` is the result of the step.
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
