"""Key figures on the web: tiles, chart, table, records, files; for people at a desk."""

import pytest

from tests.integration.web.conftest import HOSTILE, Browser


@pytest.mark.parametrize("by", ["rep", "territory", "period"])
@pytest.mark.parametrize("period", ["30-days", "last-week", "own&from=2026-11-01&to=2026-11-24"])
def test_a_manager_reads_figures_and_opens_their_records(bo: Browser, by: str, period: str) -> None:
    page = bo.get(f"/insight/?by={by}&period={period}").text
    for text in ("Coverage", "Visits a day", "Done of planned", "New customers", "PDF for Monday", "insight-chart"):
        assert text in page
    assert HOSTILE not in page
    records = bo.get(f"/insight/records/overdue?by={by}&period={period}")
    assert records.status_code == 200
    assert HOSTILE not in records.text


def test_files_are_sent_and_none_but_those(bo: Browser) -> None:
    kinds = {"csv": "text/csv", "xlsx": "spreadsheetml", "pdf": "application/pdf"}
    for ending, kind in kinds.items():
        sent = bo.get(f"/insight/file?as={ending}")
        assert sent.status_code == 200
        assert kind in sent.headers["Content-Type"]
        assert "attachment" in sent.headers["Content-Disposition"]
    assert bo.get("/insight/file?as=exe").status_code == 400


@pytest.mark.parametrize(
    "query", ["by=planet", "period=soon", "period=own&from=x&to=y", "period=own&from=2026-11-24&to=2026-11-01"]
)
def test_what_cannot_be_is_said_on_the_page(bo: Browser, query: str) -> None:
    page = bo.get(f"/insight/?{query}")
    assert page.status_code == 200
    assert "problem" in page.text
    assert bo.get(f"/insight/records/visits?{query}").status_code == 400


def test_a_figure_or_row_that_is_not_there_is_not_found_and_reps_see_none(bo: Browser, ada: Browser) -> None:
    assert bo.get("/insight/records/nothing").status_code == 404
    assert bo.get("/insight/records/visits?row=zoe").status_code == 404
    for path in ("/insight/", "/insight/records/visits", "/insight/file"):
        assert ada.get(path).status_code == 403
