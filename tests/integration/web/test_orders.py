"""Orders on the web: a file is looked at, asked about, imported and undone; the account shows what it buys."""

import io
from collections.abc import Callable

import pytest

from gcrm.jobs.model import JobState
from gcrm.jobs.run import run_job
from gcrm.sales.queries import revenue_by_account
from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, Browser, World
from tests.integration.web.test_previews import words

FILE = (
    "Customer;Date;Product;Qty;Amount;Currency\n"
    f"Alpen Bakery;2026-03-02;{HOSTILE};2;1.234,50;CHF\n"
    "Alpen Bakery;2026-03-03;Bread;-1;-4,50;CHF\n"
    "Nobody;2026-03-03;Bread;1;7,00;EUR\n"
    "Calanda Cafe;soon;Bread;1;7,00;EUR\n"
)


def _send(browser: Browser, content: str = FILE, name: str = "orders.csv") -> str:
    answer = browser.post("/orders/", {"file": (io.BytesIO(content.encode()), name)})
    assert answer.status_code == 302
    return answer.headers["Location"]


def _work(workspace: Workspace, path: str, state: JobState = JobState.DONE) -> None:
    job = run_job(workspace, int(path.rsplit("/", 1)[1]))
    assert job is not None
    assert job.state is state, job.error


@pytest.mark.parametrize(("login", "code"), [("pia", 200), ("dee", 200), ("bo", 403), ("ada", 403), (None, 302)])
def test_planners_import_orders(browse: Callable[[str | None], Browser], login: str | None, code: int) -> None:
    assert browse(login).get("/orders/").status_code == code


def test_a_file_is_looked_at_imported_and_undone(pia: Browser, workspace: Workspace, world: World) -> None:
    look = _send(pia)
    assert "Queued" in pia.get(look).text
    _work(workspace, look)
    page = words(pia.get(look).text)
    assert '4 rows: 2 new, 0 corrected, 0 as before, <span class="late">2 rejected</span>' in page
    assert "1,230.00 CHF" in page
    assert "Nobody" in page
    assert "&#39;soon&#39; is no date." in page
    assert "<script>alert" not in page
    with workspace.store.read() as tx:
        assert revenue_by_account(tx) == {}
    made = pia.post("/orders/", {"look": look.rsplit("/", 1)[1]}).headers["Location"]
    _work(workspace, made)
    page = words(pia.get(made).text)
    assert "2 new" in page
    assert "Undo this import" in page
    with pia.get(f"{made}/rejects") as rejected:
        assert "Nobody" in rejected.text
    account = words(pia.get(f"/accounts/{world.accounts['Alpen Bakery']}").text)
    assert "1,230.00 CHF" in account
    assert "-4.50 CHF" in account
    assert "<script>alert" not in account
    assert pia.post(f"{made}/undo").status_code == 302
    assert "Undone" in pia.get(made).text
    assert pia.post(f"{made}/undo").status_code == 409
    with workspace.store.read() as tx:
        assert revenue_by_account(tx) == {}
    assert "undone" in pia.get("/orders/").text


def test_what_may_be_read_in_two_ways_is_asked_and_answered(pia: Browser, workspace: Workspace) -> None:
    look = _send(pia, "Customer;Date;Amount\nAlpen Bakery;3/4/2026;1.234\n")
    _work(workspace, look)
    page = words(pia.get(look).text)
    assert "1 question before you import" in page
    assert "may be 1234 or 1.234" in page
    form = {"field-0": "account", "field-1": "date", "field-2": "amount", "dates": "month", "decimal": "comma",
            "currency": "chf"}  # fmt: skip
    again = pia.post(look, form).headers["Location"]
    _work(workspace, again)
    page = words(pia.get(again).text)
    assert "1 row: 1 new" in page
    assert "1,234.00 CHF" in page
    assert "4 Mar 2026" in page


def test_headings_that_nobody_understands_are_typed(pia: Browser, workspace: Workspace) -> None:
    look = _send(pia, "A;B;C\nAlpen Bakery;2026-03-04;5,50\n")
    _work(workspace, look, JobState.FAILED)
    assert "Say what the columns hold" in pia.get(look).text
    again = pia.post(look, {"heading-2": "A", "heading-4": "B", "heading-9": "C"}).headers["Location"]
    _work(workspace, again)
    assert "1 new" in pia.get(again).text
    two = {"field-0": "date", "field-1": "date", "field-2": "amount"}
    refused = pia.post(again, two, follow_redirects=True)
    assert "cannot both be the date" in refused.text


def test_only_files_of_orders_are_taken(pia: Browser) -> None:
    refused = pia.post("/orders/", {"file": (io.BytesIO(b"x"), "orders.pdf")})
    assert (refused.status_code, "no file of orders" in refused.text) == (400, True)
    assert pia.post("/orders/", {}).status_code == 302
    assert pia.post("/orders/", {"look": "99999"}).status_code == 404
    assert pia.get("/orders/99999").status_code == 404
