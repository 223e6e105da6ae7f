"""One snapshot a request: a page agrees with itself, and sees what its own request has written."""

from flask import Flask

from gcrm.accounts.model import Account
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace
from webapp.context import snapshot


def count(tx: Transaction) -> int:
    return sum(tx.accounts.counts().values())


def test_what_another_writes_meanwhile_is_not_seen_before_the_next_request(app: Flask, workspace: Workspace) -> None:
    with app.test_request_context("/", method="POST"):
        before = snapshot()
        seen = count(before)
        # A store of its own is another process to this one.
        with Workspace(workspace.settings).store.write() as tx:
            tx.accounts.add(Account("Newcomer"))
        assert snapshot() is before
        assert count(snapshot()) == seen
    with app.test_request_context("/"):
        assert count(snapshot()) == seen + 1


def test_what_the_request_itself_has_written_is_seen(app: Flask, workspace: Workspace) -> None:
    with app.test_request_context("/", method="POST"):
        seen = count(snapshot())
        with workspace.store.write() as tx:
            tx.accounts.add(Account("Newcomer"))
        assert count(snapshot()) == seen + 1


def test_a_view_in_hand_outlasts_a_second_question(app: Flask) -> None:
    with app.test_request_context("/", method="POST"):
        first = snapshot()
        assert snapshot() is first
        assert count(first) > 0
