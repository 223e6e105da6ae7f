"""One question after a case: how content the customer is, by a link without a log-in.

The link knows one case, ends by itself, is answered once, and only its hash is kept.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gcrm.common.language import say
from gcrm.people.user import User
from gcrm.platform.errors import Conflict, InputRejected, NotFound, TooOften
from gcrm.service.access import case_to_change, some_text, user_id_of
from gcrm.service.model import Case, CaseEntry, CaseState, EntryKind
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

LIFE_DAYS = 30
SCORES = range(1, 6)
MOST_REMARK = 2_000
LIMITS = ((timedelta(minutes=5), 60), (timedelta(days=1), 1_000))
"""How often one network address may open surveys, also those that are none."""


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """What the page behind a link shows, and nothing of anybody else."""

    number: str
    title: str
    answered: bool
    expires_at: datetime


def ask_survey(workspace: Workspace, case_id: int, user: User | None = None) -> str:
    """Make the link of a closed case, in the place of one before; the secret in it is answered once.

    Raises NotFound, NotAllowed, Conflict for a case that is not closed, or that the customer has judged.
    """
    secret, now = secrets.token_urlsafe(32), workspace.clock()
    with workspace.store.write() as tx:
        found = case_to_change(tx, case_id, user)
        if found.state is not CaseState.CLOSED:
            raise Conflict(say("{number} is not closed.", number=found.number), say("Close it first."))
        if found.survey_at is not None:
            raise Conflict(say("The customer has answered already."), say("See the answer below."))
        ends = now + timedelta(days=LIFE_DAYS)
        tx.cases.update(replace(found, survey_key=_key(secret), survey_expires_at=ends))
        tx.cases.tell(CaseEntry(case_id, now, user_id_of(user), EntryKind.SURVEY))
    return secret


def open_survey(workspace: Workspace, secret: str, address: str) -> SurveyPage:
    """What the page of a link shows. address: of whoever asks, which counts against a limit.

    Raises NotFound, in the same words, for a link that never was or has ended; TooOften.
    """
    now = workspace.clock()
    _admit(workspace, address, now)
    with workspace.store.read() as tx:
        return _page(_found(tx, secret, now))


def answer_survey(workspace: Workspace, secret: str, score: str, remark: str, address: str) -> SurveyPage:
    """Keep the answer: 1 to 5, and a remark. Raises as `open_survey`, InputRejected, Conflict for a second answer."""
    now = workspace.clock()
    _admit(workspace, address, now)
    if score not in {str(one) for one in SCORES}:
        raise InputRejected(say("No answer was chosen."), say("Choose 1 to 5."))
    said = some_text(remark)[:MOST_REMARK]
    with workspace.store.write() as tx:
        found = _found(tx, secret, now)
        if found.survey_at is not None:
            raise Conflict(say("This question was answered already."), say("Call us if something has changed."))
        after = replace(found, survey_score=int(score), survey_remark=said, survey_at=now)
        tx.cases.update(after)
        tx.cases.tell(CaseEntry(found.id, now, None, EntryKind.SURVEY, said, "", score))
    return _page(after)


def _found(tx: "Transaction", secret: str, now: datetime) -> Case:
    found = tx.cases.by_survey_key(_key(secret))
    if found is None or found.survey_expires_at is None or now >= found.survey_expires_at:
        raise NotFound(say("This link leads nowhere any more."), say("Ask whoever sent it to you for a new one."))
    return found


def _page(one: Case) -> SurveyPage:
    assert one.survey_expires_at is not None
    return SurveyPage(one.number, one.title, one.survey_at is not None, one.survey_expires_at)


def _admit(workspace: Workspace, address: str, now: datetime) -> None:
    """Count one more use. Raises TooOften."""
    bucket = hashlib.sha256(f"surveys from {address}".encode()).hexdigest()
    with workspace.store.write() as tx:
        tried = tx.sign_in_attempts.instants(bucket, now - timedelta(days=1))
        if any(sum(at > now - within for at in tried) >= most for within, most in LIMITS):
            raise TooOften(say("This page was opened too often."), say("Wait some minutes and try again."))
        tx.sign_in_attempts.add([bucket], now)


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
