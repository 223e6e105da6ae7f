"""What a form has done is told on the next page that its person sees, whatever scripts ask for in between."""

from tests.integration.web.conftest import PASSWORD, Browser
from tests.integration.web.test_sign_in import sign_in

SCRIPT = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"}
PAGE = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
THROUGH_THE_WORKER = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "same-origin"}
"""What a page is asked for with where a service worker of ours passes it on."""
NEW = "a new long password"


def test_an_answer_to_a_script_never_carries_the_session_as_it_was_before(nobody: Browser) -> None:
    sign_in(nobody, "ada")
    assert "gcrm=" in nobody.get("/day/", headers=PAGE).headers.get("Set-Cookie", ""), "a page prolongs the session"
    assert "gcrm=" not in nobody.get("/hello", headers=SCRIPT).headers.get("Set-Cookie", "")
    assert "gcrm=" not in nobody.get("/offline/pages", headers=SCRIPT).headers.get("Set-Cookie", "")


def test_a_page_that_is_taken_along_takes_no_message_from_the_page_that_is_seen_next(ada: Browser) -> None:
    assert ada.post("/me/", {"old": PASSWORD, "new": NEW}).status_code == 302
    assert 'class="notice" role="status"' not in ada.get("/me/", headers=SCRIPT).text
    assert 'class="notice" role="status"' in ada.get("/me/", headers=PAGE).text
    assert 'class="notice" role="status"' not in ada.get("/me/", headers=PAGE).text


def test_a_page_that_the_service_worker_passes_on_is_seen_with_its_message(ada: Browser) -> None:
    assert ada.post("/me/", {"old": PASSWORD, "new": NEW}).status_code == 302
    assert 'class="notice" role="status"' not in ada.get("/me/", headers=SCRIPT).text
    assert 'class="notice" role="status"' in ada.get("/me/", headers=THROUGH_THE_WORKER).text
