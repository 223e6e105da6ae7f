"""Answers are compressed where it is worth it, and their length tells nothing."""

import gzip
import re

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


def test_a_file_of_this_version_is_kept_for_good_and_one_of_an_older_version_is_today_s(dee: Browser) -> None:
    page = dee.get("/me/").text
    (address,) = set(re.findall(r"/static/[0-9a-f]{16}/app\.css", page))
    with dee.get(address, headers=GZIP) as now:
        assert now.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert gzip.decompress(now.data).startswith(b"/* One look")
    for older in ("/static/0123456789abcdef/app.css", "/static/app.css"):
        with dee.get(older) as kept:
            assert kept.status_code == 200
            assert "immutable" not in kept.headers["Cache-Control"]
    assert dee.get("/static/0123456789abcdef/../../app.py").status_code == 404
    assert dee.get("/static/nothing.js").status_code == 404


def test_scripts_import_and_keep_those_of_their_own_version(dee: Browser) -> None:
    worker = dee.get("/service-worker.js").text
    assert re.search(r'import \{ Database \} from "/static/[0-9a-f]{16}/offline/database\.js"', worker)
    assert not re.search(r'from "\.', worker)
