"""The paper of an answer: made by typst, signed where a certificate is set."""

from .paper import answer_pdf
from .signing import Signer, sign, signer

__all__ = ["Signer", "answer_pdf", "sign", "signer"]
