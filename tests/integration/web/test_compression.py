"""Answers are compressed where it is worth it, and their length tells nothing."""

import gzip

from tests.integration.web.conftest import Browser

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_compressed_for_whoever_takes_it(dee: Browser) -> None:
    plain, packed = dee.get("/accounts/"), dee.get("/accounts/", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "Cookie" in answer.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert b"Alpen Bakery" in gzip.decompress(packed.data)
    assert "Content-Encoding" not in dee.get("/accounts/", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_the_length_of_a_page_varies_by_chance(dee: Browser) -> None:
    assert len({len(dee.get("/me/", headers=GZIP).data) for _ in range(12)}) > 3


def test_what_is_small_stays_as_it_is(dee: Browser) -> None:
    assert "Content-Encoding" not in dee.get("/health/alive", headers=GZIP).headers


def test_a_static_file_is_compressed_and_not_sent_again(dee: Browser) -> None:
    with dee.get("/static/app.css") as plain:
        whole = plain.data
    with dee.get("/static/app.css", headers=GZIP) as packed:
        assert gzip.decompress(packed.data) == whole
        tag = packed.headers["ETag"]
    assert tag.startswith("W/")
    with dee.get("/static/app.css", headers=GZIP | {"If-None-Match": tag}) as again:
        assert again.status_code == 304
        assert not again.data
