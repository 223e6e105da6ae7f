"""A request with a key of its own is done once, whatever is lost, sent again or cut off, on both databases."""

import threading

import pytest

from gcrm.people.answered import GIVEN_UP, KEPT, Answered, answer_once
from gcrm.people.tokens import make_token
from gcrm.people.user import Role
from gcrm.people.users import add_user
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.workspace import Workspace
from tests.fixtures.stores import FixedClock


@pytest.fixture(params=["geopackage", "postgis"])
def both(request: pytest.FixtureRequest) -> Workspace:
    opened: Workspace = request.getfixturevalue("workspace" if request.param == "geopackage" else "postgis_workspace")
    return opened


class Work:
    """Counts how often it is done."""

    def __init__(self, status: int = 201) -> None:
        self.done = 0
        self.status = status

    def __call__(self) -> Answered:
        self.done += 1
        return Answered(self.status, {"ETag": '"1"'}, f"done {self.done}", self.status < 500)


def token_of(workspace: Workspace) -> int:
    add_user(workspace, "pia", "Pia", Role.PLANNER)
    return make_token(workspace, "pia", "ERP", ["accounts:write"]).token.id


def test_the_same_again_is_answered_as_the_first_time(both: Workspace, clock: FixedClock) -> None:
    token, work = token_of(both), Work()
    first, is_first = answer_once(both, token, "key", "asked", work)
    again, is_again_first = answer_once(both, token, "key", "asked", work)
    assert (is_first, is_again_first, work.done) == (True, False, 1)
    assert (again.status, again.headers, again.body) == (first.status, first.headers, first.body)
    with pytest.raises(InputRejected):
        answer_once(both, token, "key", "something else", work)
    clock.move(seconds=KEPT.total_seconds() + 1)
    answer_once(both, token, "key", "asked", work)
    assert work.done == 2


def test_what_failed_for_now_may_be_tried_again(both: Workspace) -> None:
    token, failing, work = token_of(both), Work(503), Work()
    assert answer_once(both, token, "key", "asked", failing)[0].status == 503
    assert answer_once(both, token, "key", "asked", work)[0].status == 201

    def broken() -> Answered:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        answer_once(both, token, "other", "asked", broken)
    assert answer_once(both, token, "other", "asked", work)[0].status == 201


def test_one_that_was_cut_off_is_not_done_twice_in_silence(both: Workspace, clock: FixedClock) -> None:
    token, work = token_of(both), Work()
    with both.store.write() as tx:
        tx.answered_requests.begin(token, "key", "asked", both.clock())
    with pytest.raises(Conflict, match="under way"):
        answer_once(both, token, "key", "asked", work)
    clock.move(seconds=GIVEN_UP.total_seconds() + 1)
    with pytest.raises(Conflict, match="may have been carried out"):
        answer_once(both, token, "key", "asked", work)
    assert work.done == 0


def test_sent_twice_at_once_it_is_done_once(both: Workspace) -> None:
    token, work = token_of(both), Work()
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> Answered:
        inside.set()
        assert go_on.wait(60)
        return work()

    thread = threading.Thread(target=answer_once, args=(both, token, "key", "asked", slow))
    thread.start()
    assert inside.wait(60)
    with pytest.raises(Conflict, match="under way"):
        answer_once(both, token, "key", "asked", work)
    go_on.set()
    thread.join()
    assert answer_once(both, token, "key", "asked", work)[1] is False
    assert work.done == 1
