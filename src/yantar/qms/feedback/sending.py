"""From a public form to an appeal: limits first, counted outside of the transaction, then the proof, then the files and the action.

Nobody is kept from writing for want of JavaScript: without a proof of work fewer are let in, and a moderator looks at them before an
officer does. Their clock runs all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yantar.core.actions import System
from yantar.core.models import User
from yantar.core.problems import Problem, Refused
from yantar.core.secrecy import blind

from . import admission, captcha, files, spam
from .actions.appeals import receive_appeal
from .actions.appeals.receiving import SUSPECTED_FROM, person_problems, tidy_person
from .models import Appeal
from .stamps import Stamp

PORTAL = System("portal")
PURPOSE = "appeal"
"""Of stamps and of tasks of proof."""
OF_CLIENT, IN_ALL = 20, 2_000
"""Appeals taken in an hour: from one network, from all together."""
UNPROVEN_OF_CLIENT, UNPROVEN_IN_ALL = 5, 200
"""The same of those without a proof of work."""

USUAL = frozenset({"contacts", "link", "capitals"})
"""What is suspicious in a rating and quite usual in an appeal."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came with a form. `client`: print of the network; `stamp`: None where the form had none that holds; `given`: for the action.

    `keep` is called with the appeal and its code within the transaction: what it writes is there if and only if the appeal is.
    """

    kind: str
    person: Mapping[str, Any]
    client: str
    stamp: Stamp | None
    captcha: str = ""
    honeypot: bool = False
    uploads: Sequence[UploadedFile] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    keep: Callable[[Appeal, str], None] | None = field(default=None, compare=False)


class SentTwice(Exception):
    """This very form came already and became an appeal: there is no second one."""


def send(written: Written) -> tuple[Appeal, str]:
    """Take an appeal in. Returns it and its secret code.

    Raises Refused ("too_many" of one network or in all, "stale" form, whatever is wrong with text and files) and SentTwice.
    """
    who = tidy_person(written.person)
    problems = person_problems(written.kind, who)
    if written.stamp is None:
        problems.append(Problem(_("This form lay open for too long. Look at it again and send it."), code="stale"))
    if len(written.uploads) > files.MOST:
        problems.append(Problem(_("At most %(most)s files, please.") % {"most": files.MOST}, "too_many", "files"))
    if problems:
        raise Refused(problems)
    assert written.stamp is not None
    proof = _proof(written.captcha)
    recent = _admit(written.client, proof is not None)
    score = _suspicion(written, who, recent)
    form = captcha.form_proof(written.stamp.nonce, written.stamp.expires_at)
    with transaction.atomic():
        fresh = captcha.spend([form] if proof is None else [form, proof])
        if form.print not in fresh:
            raise SentTwice
        if proof is not None and proof.print not in fresh:
            raise Refused(Problem(_("This check has been used already. Send the form once more."), code="captcha_spent", field="altcha"))
        appeal, code = receive_appeal(
            by=PORTAL,
            kind=written.kind,
            person=who,
            files=taken(written.uploads),
            client=written.client,
            spam_score=score if proof is not None else max(score, SUSPECTED_FROM),
            **written.given,
        )
        if written.keep is not None:
            written.keep(appeal, code)
    return appeal, code


def taken(uploads: Sequence[UploadedFile]) -> list[Any]:
    """Files checked and sealed, within a transaction. Raises Refused with what is wrong of every one, as of the field "files"."""
    kept, problems = [], []
    for upload in uploads:
        try:
            kept.append(files.take_file(upload))
        except Refused as refused:
            problems += [Problem(one.message, one.code, "files", value=upload.name or "") for one in refused.problems]
    if problems:
        raise Refused(problems)
    return kept


def take_paper(*, by: User, uploads: Sequence[UploadedFile] = (), **given: Any) -> tuple[Appeal, str]:
    """An officer takes a paper in, with scans of it: what is refused leaves no file behind. Raises Refused, PermissionDenied."""
    if len(uploads) > files.MOST:
        raise Refused(Problem(_("At most %(most)s files, please.") % {"most": files.MOST}, "too_many", "files"))
    with transaction.atomic():
        made: tuple[Appeal, str] = receive_appeal(by=by, files=taken(uploads), **given)
    return made


def _proof(answer: str) -> captcha.Proof | None:
    if not answer:
        return None
    try:
        return captcha.verify(PURPOSE, answer)
    except captcha.Unproven as error:
        message = _("The check has run out. Send the form once more.") if error.code == "expired" else _("The check failed. Send the form once more.")
        raise Refused(Problem(message, code=f"captcha_{error.code}", field="altcha")) from error


def _admit(client: str, proven: bool) -> int:
    """How many came from this network in the hour, this one included."""
    what, most, in_all = ("appeal", OF_CLIENT, IN_ALL) if proven else ("appeal.unproven", UNPROVEN_OF_CLIENT, UNPROVEN_IN_ALL)
    counted = admission.count(what, client, admission.HOUR, most)
    if counted.mine > most:
        raise Refused(Problem(_("Many appeals have come from your network. Try again in an hour, or write on paper."), code="too_many"))
    if counted.everybody is None or counted.everybody > in_all:
        raise Refused(Problem(_("Very many appeals are coming at this moment. Try again in an hour, or write on paper."), code="too_many"))
    return counted.mine


def _suspicion(written: Written, who: Mapping[str, Any], recent: int) -> int:
    assert written.stamp is not None
    same = 1
    if normal := spam.normal(who["text"]):
        same = admission.count("appeal.text", blind("appeal text", normal), admission.DAY).mine
    around = spam.Circumstances(honeypot=written.honeypot, elapsed=written.stamp.elapsed, same_text=same, same_network=recent)
    found = spam.judge(who["text"], around).reasons
    return min(spam.MOST, sum(spam.REASONS[code].points for code in found if code not in USUAL))
