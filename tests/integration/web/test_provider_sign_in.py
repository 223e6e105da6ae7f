"""Signing in by an OpenID Connect provider: a real one on loopback, honest at first, then lying in every way it can."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pyotp
import pytest
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from gcrm.people.provider_sign_in import provider_account_of, set_provider_email
from gcrm.people.second_factor import SecondFactor
from gcrm.people.sign_in import let_in
from gcrm.people.user import Role, User
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.workspace import Workspace
from tests.fixtures.oidc_provider import CLIENT, SECRET, Provider, provider_running
from tests.integration.web.conftest import NOW, PASSWORD, Browser
from tests.integration.web.test_second_factor import is_in, token_of

Browse = Callable[[str | None], Browser]


@pytest.fixture
def provider(workspace: Workspace) -> Iterator[Provider]:
    """A provider that the settings name, where Ada's address is known."""
    with provider_running() as running:
        running.now = lambda: workspace.clock().timestamp()
        workspace.settings = replace(
            workspace.settings,
            oidc_issuer=running.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            oidc_label="Company",
        )
        set_provider_email(workspace, "ada", "Ada@company.example")
        yield running


def begin(browser: Browser, after: str = "/me/") -> str:
    """Press the button; the address at the provider."""
    answer = browser.get("/log-in/provider", query_string={"next": after})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def come_back(browser: Browser, address: str, **otherwise: str) -> TestResponse:
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **otherwise}
    return browser.get(f"{parts.path}?{urlencode(query)}")


def sign_in(browser: Browser, provider: Provider, **otherwise: str) -> TestResponse:
    return come_back(browser, provider.sign_in(begin(browser)), **otherwise)


def test_a_person_is_recognised_by_a_verified_address_and_signed_in(provider: Provider, nobody: Browser) -> None:
    page = nobody.get("/log-in?next=/week/").text
    assert "Sign in with Company" in page
    assert "next=/week/" in page
    answer = sign_in(nobody, provider)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/me/"
    assert "Ada" in nobody.get("/me/").text


def test_the_code_goes_with_the_clients_secret_and_the_verifier(provider: Provider, nobody: Browser) -> None:
    assert sign_in(nobody, provider).status_code == 302
    (form,) = (form for path, form in provider.asked if path == "/token")
    assert len(form["code_verifier"]) >= 43
    assert "client_secret" not in form, "the secret travels in the head of the request"
    provider.change_document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}


def test_from_the_first_time_on_the_subject_counts_and_not_the_address(
    provider: Provider, browse: Browse, workspace: Workspace
) -> None:
    assert sign_in(browse(None), provider).status_code == 302
    with workspace.store.read() as tx:
        account = provider_account_of(tx, tx.users.get_by_login("ada").id)
    assert account
    assert account.subject == "s-ada"
    # Ada marries; then somebody else is given her old address.
    provider.person |= {"email": "ada.new@company.example"}
    assert sign_in(browse(None), provider).status_code == 302
    provider.person = {"sub": "s-other", "email": "ada@company.example", "email_verified": True}
    other = browse(None)
    answer = sign_in(other, provider)
    assert answer.status_code == 403
    assert "no user here has that address" in answer.text
    assert not is_in(other)


def test_a_log_in_that_is_an_address_needs_no_other(provider: Provider, nobody: Browser, workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        tx.users.add(User("eve@company.example", "Eve", Role.MANAGER, "no password fits this"))
    provider.person = {"sub": "s-eve", "email": "Eve@Company.example", "email_verified": True}
    assert sign_in(nobody, provider).status_code == 302
    assert "Eve" in nobody.get("/me/").text


@pytest.mark.parametrize(
    "person",
    [
        {"email": "ada@company.example", "email_verified": False},
        {"email": "ada@company.example", "email_verified": "true"},
        {"email": "ada@company.example"},
        {"email": ["ada@company.example"], "email_verified": True},
        {"email": "stranger@company.example", "email_verified": True},
        {"email": "dee", "email_verified": True, "roles": ["administrator"]},
        {},
    ],
    ids=str,
)
def test_who_is_not_known_is_told_whom_to_ask(
    provider: Provider, nobody: Browser, workspace: Workspace, person: dict[str, Any]
) -> None:
    if person.get("email") == "dee":
        person = person | {"email": "dee@company.example"}
    provider.person = {"sub": "s-new", **person}
    answer = sign_in(nobody, provider)
    assert answer.status_code == 403
    assert "Ask an administrator to enter your address under Users." in answer.text
    assert not is_in(nobody)
    with workspace.store.read() as tx:
        assert len(tx.users.all()) == 5, "nobody is made a user"


def test_the_address_that_people_set_for_their_mail_opens_nothing(
    provider: Provider, bo: Browser, nobody: Browser
) -> None:
    bo.post("/me/email", {"email": "new@company.example"})
    provider.person = {"sub": "s-new", "email": "new@company.example", "email_verified": True}
    assert sign_in(nobody, provider).status_code == 403


def test_an_answer_to_another_browser_is_not_taken(provider: Provider, browse: Browse) -> None:
    ada, victim = browse(None), browse(None)
    back = provider.sign_in(begin(ada))
    begin(victim)
    assert come_back(victim, back).status_code == 403
    assert come_back(browse(None), back).status_code == 403
    assert not is_in(victim)


@pytest.mark.parametrize("otherwise", [{"state": "x"}, {"state": ""}, {"iss": "https://evil.example"}, {"code": "x"}])
def test_an_answer_that_differs_is_not_taken(provider: Provider, nobody: Browser, otherwise: dict[str, str]) -> None:
    assert sign_in(nobody, provider, **otherwise).status_code == 403
    assert not is_in(nobody)


def test_a_code_opens_once_also_for_a_copy_of_the_cookie(provider: Provider, browse: Browse) -> None:
    one, copy = browse(None), browse(None)
    back = provider.sign_in(begin(one))
    cookie = one.client.get_cookie("gcrm")
    assert cookie
    copy.client.set_cookie("gcrm", cookie.decoded_value)
    assert come_back(one, back).status_code == 302
    # Even where the provider takes a code twice.
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    provider.codes[code] = {"redirect_uri": "", "code_challenge": "", "nonce": ""}
    assert come_back(copy, back).status_code == 403
    assert not is_in(copy)


def test_a_code_without_its_verifier_is_worth_nothing(provider: Provider, nobody: Browser) -> None:
    back = provider.sign_in(begin(nobody))
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    provider.codes[code] |= {"code_challenge": "of another"}
    assert come_back(nobody, back).status_code == 403


CLAIMS: dict[str, dict[str, Any]] = {
    "nonce": {"nonce": "of another"},
    "no nonce": {"nonce": None},
    "audience": {"aud": "another"},
    "two audiences": {"aud": [CLIENT, "another"]},
    "party": {"aud": [CLIENT, "another"], "azp": "another"},
    "issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(NOW.timestamp()) - 120},
    "no expiry": {"exp": None},
    "of tomorrow": {"iat": int(NOW.timestamp()) + 86_400},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "number for a subject": {"sub": 7},
    "long subject": {"sub": "x" * 256},
    "another access token": {"at_hash": "AAAA"},
}


@pytest.mark.parametrize("changed", CLAIMS.values(), ids=CLAIMS)
def test_a_token_whose_claims_do_not_hold_opens_nothing(
    provider: Provider, nobody: Browser, changed: dict[str, Any]
) -> None:
    provider.change_claims = lambda claims: {
        name: value for name, value in {**claims, **changed}.items() if value is not None
    }
    answer = sign_in(nobody, provider)
    assert answer.status_code == 403
    assert "does not hold" in answer.text
    assert not is_in(nobody)
    provider.change_claims = dict
    assert sign_in(nobody, provider).status_code == 302


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_nobody_or_anybody_could_sign_opens_nothing(
    provider: Provider, nobody: Browser, algorithm: str
) -> None:
    provider.algorithm = algorithm
    assert sign_in(nobody, provider).status_code == 403
    assert not is_in(nobody)


@pytest.mark.parametrize(
    "change", [lambda token: token[:-4] + "AAAA", lambda _: "", lambda _: "a.b.c", lambda _: "x" * 5_000]
)
def test_a_token_that_was_changed_opens_nothing(
    provider: Provider, nobody: Browser, change: Callable[[str], str]
) -> None:
    provider.change_token = change
    assert sign_in(nobody, provider).status_code == 403


def test_a_token_signed_by_another_key_of_that_name_opens_nothing(provider: Provider, nobody: Browser) -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"})
    honest = provider.key

    def forged(claims: dict[str, Any]) -> dict[str, Any]:
        provider.key = other
        return claims

    def back(token: str) -> str:
        provider.key = honest
        return token

    provider.change_claims, provider.change_token = forged, back
    assert sign_in(nobody, provider).status_code == 403


def test_an_address_that_only_the_user_info_has_is_asked_for(provider: Provider, browse: Browse) -> None:
    provider.in_token = False
    assert sign_in(browse(None), provider).status_code == 302
    assert any(path == "/who" for path, _ in provider.asked)


def test_user_info_of_somebody_else_says_nothing(provider: Provider, nobody: Browser) -> None:
    provider.in_token = False
    provider.change_claims = lambda claims: claims | {"sub": "s-other"}
    assert sign_in(nobody, provider).status_code == 403


def test_a_provider_that_refuses_is_said(provider: Provider, nobody: Browser) -> None:
    answer = come_back(nobody, provider.sign_in(begin(nobody)), error="access_denied<script>")
    assert answer.status_code == 403
    assert "Company did not sign you in (access_deniedscript)." in answer.text


@pytest.mark.parametrize("status", [500, 404, 302])
def test_where_the_provider_is_down_the_password_still_works(provider: Provider, nobody: Browser, status: int) -> None:
    provider.status = status
    answer = nobody.get("/log-in/provider")
    assert answer.status_code == 503
    assert "Company cannot sign you in now." in answer.text
    token_of(nobody)
    assert nobody.post("/log-in", {"login": "ada", "password": PASSWORD}).status_code == 302


def test_a_provider_that_was_silent_is_left_alone_for_a_while(
    provider: Provider, nobody: Browser, workspace: Workspace
) -> None:
    provider.status = 500
    assert [nobody.get("/log-in/provider").status_code for _ in range(3)] == [503] * 3
    assert len(provider.asked) == 1
    provider.status = 200
    later = NOW + timedelta(seconds=16)
    workspace.clock = lambda: later
    assert nobody.get("/log-in/provider").status_code == 302


def test_a_provider_that_does_not_listen_is_said(provider: Provider, nobody: Browser, workspace: Workspace) -> None:
    workspace.settings = replace(workspace.settings, oidc_issuer="http://127.0.0.1:9")
    answer = nobody.get("/log-in/provider")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert provider


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_document_that_leads_astray_is_not_followed(
    provider: Provider, nobody: Browser, document: dict[str, Any]
) -> None:
    provider.change_document = document
    assert nobody.get("/log-in/provider").status_code == 503


@pytest.mark.parametrize("keys", ["https://10.0.0.7/keys", "https://169.254.169.254/keys", "http://localhost:1/keys"])
def test_keys_in_a_private_network_are_not_fetched(provider: Provider, nobody: Browser, keys: str) -> None:
    provider.change_document = {"jwks_uri": keys}
    assert sign_in(nobody, provider).status_code == 503
    assert not is_in(nobody)


def test_a_second_factor_that_is_set_here_is_asked_for(
    provider: Provider, nobody: Browser, workspace: Workspace
) -> None:
    secret = pyotp.random_base32()
    with workspace.store.write() as tx:
        ada = tx.users.get_by_login("ada")
        tx.second_factors.set_for(ada.id, SecondFactor(ada.id, secret, NOW))
    assert sign_in(nobody, provider).headers["Location"].endswith("/log-in/code")
    assert not is_in(nobody)
    token_of(nobody, "/log-in/code")
    assert nobody.post("/log-in/code", {"code": pyotp.TOTP(secret).at(NOW)}).status_code == 302
    assert is_in(nobody)


def test_who_may_not_sign_in_does_not_by_the_provider_either(provider: Provider, dee: Browser, browse: Browse) -> None:
    dee.post("/users/ada", {"role": "rep", "rep": "north"})
    assert sign_in(browse(None), provider).status_code == 403


def test_trying_again_and_again_comes_to_an_end(
    provider: Provider, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcrm.people.provider_sign_in.ADDRESS", ((timedelta(minutes=5), 2),))
    codes = [sign_in(browse(None), provider, state="x").status_code for _ in range(3)]
    assert codes == [403, 403, 429]


def test_passwords_can_be_kept_out_and_the_command_line_lets_an_administrator_in(
    provider: Provider, nobody: Browser, browse: Browse, workspace: Workspace
) -> None:
    workspace.settings = replace(workspace.settings, passwords="no")
    page = nobody.get("/log-in").text
    assert 'name="password"' not in page
    assert "Sign in with Company" in page
    token_of(nobody)
    refused = nobody.post("/log-in", {"login": "dee", "password": PASSWORD})
    assert refused.status_code == 403
    assert not is_in(nobody)
    provider.status = 500
    path = let_in(workspace, "dee")
    assert nobody.get(path).status_code == 200
    assert not is_in(nobody), "a program that only looks at links signs nobody in"
    token_of(nobody, path)
    assert nobody.post(path).status_code == 302
    assert "Dee" in nobody.get("/me/").text
    stranger = browse(None)
    token_of(stranger, path)
    assert stranger.post(path).status_code == 403, "it opens once"
    assert not is_in(stranger)


def test_an_administrator_sets_the_address_and_forgets_the_person(
    provider: Provider, dee: Browser, ada: Browser, browse: Browse, workspace: Workspace
) -> None:
    assert "Company" in dee.get("/users/ada").text
    assert ada.post("/users/ada/provider", {"email": "x@y.example"}).status_code == 403
    with pytest.raises(Conflict):
        set_provider_email(workspace, "bo", "ada@company.example")
    with pytest.raises(InputRejected):
        set_provider_email(workspace, "bo", "no address")
    assert dee.post("/users/bo/provider", {"email": "bo@company.example"}).status_code == 302
    provider.person = {"sub": "s-bo", "email": "bo@company.example", "email_verified": True}
    assert sign_in(browse(None), provider).status_code == 302
    assert "has signed in" in dee.get("/users/bo").text
    dee.post("/users/bo/provider", {"email": ""})
    assert sign_in(browse(None), provider).status_code == 403


def test_signing_out_offers_to_sign_out_at_the_provider(provider: Provider, nobody: Browser) -> None:
    assert sign_in(nobody, provider).status_code == 302
    token_of(nobody, "/me/")
    page = nobody.post("/log-out", follow_redirects=True).text
    assert "still signed in at Company" in page
    out = nobody.get("/log-in/provider/out")
    assert out.headers["Location"].startswith(f"{provider.issuer}/out?client_id={CLIENT}&post_logout_redirect_uri=")


def test_the_provider_ends_a_persons_sessions(provider: Provider, browse: Browse) -> None:
    phone, desk = browse(None), browse(None)
    for one in (phone, desk):
        assert sign_in(one, provider).status_code == 302
    event = {"http://schemas.openid.net/event/backchannel-logout": {}}
    claims = {"iss": provider.issuer, "aud": CLIENT, "iat": int(NOW.timestamp()), "jti": "1", "sub": "s-ada"}
    client = browse(None).client

    def ended(**changed: Any) -> int:
        token = provider.token(claims | {"events": event} | changed)
        return client.post("/log-in/provider/ended", data={"logout_token": token}).status_code

    wrong: tuple[dict[str, Any], ...] = (
        {"aud": "x"}, {"iss": "x"}, {"events": {}}, {"nonce": "x"}, {"jti": 7}, {"iat": 1}, {"sub": None},
    )  # fmt: skip
    assert [ended(**one) for one in wrong] == [400] * len(wrong)
    assert is_in(phone)
    assert ended() == 200
    assert not is_in(phone)
    assert not is_in(desk)
    assert ended() == 400, "a token ends sessions once"


def test_without_the_setting_there_is_no_such_door(nobody: Browser) -> None:
    assert "/log-in/provider" not in nobody.get("/log-in").text
    for path in ("/log-in/provider", "/log-in/provider/back?state=x&code=y", "/log-in/provider/out"):
        assert nobody.get(path).status_code == 404
    assert nobody.client.post("/log-in/provider/ended", data={"logout_token": "x"}).status_code == 404
