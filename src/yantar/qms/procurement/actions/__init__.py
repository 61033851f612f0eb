"""The only code that changes anything about procurement."""

from .buyers import confirm_match, match_buyer, reject_match, suggest_matches
from .claims import add_claim, change_claim, hide_claim, publish_claim
from .figures import make_figure, publish_figure, withdraw_figure
from .flagging import raise_finding_from_flag
from .loading import cancel_loading, keep_dataset, keep_failure, load_again, load_dataset, load_dataset_from_path, store_records
from .mappings import add_mapping
from .settling import answer_question, remind, settle, withdraw_settlement

__all__ = [
    "add_claim",
    "add_mapping",
    "answer_question",
    "cancel_loading",
    "change_claim",
    "confirm_match",
    "hide_claim",
    "keep_dataset",
    "keep_failure",
    "load_again",
    "load_dataset",
    "load_dataset_from_path",
    "make_figure",
    "match_buyer",
    "publish_claim",
    "publish_figure",
    "raise_finding_from_flag",
    "reject_match",
    "remind",
    "settle",
    "store_records",
    "suggest_matches",
    "withdraw_figure",
    "withdraw_settlement",
]
