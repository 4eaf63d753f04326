"""The office's own sign-in by OpenID Connect, against a small issuer on this machine."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from django.test.utils import override_settings

from plumbline.config.environment import SignOn, sign_on
from plumbline.kernel import clock
from plumbline.kernel.models import AuditEntry, User

pytestmark = pytest.mark.django_db
SECRET = "a-secret-that-only-the-two-of-them-know"


class Issuer(ThreadingHTTPServer):
    """An issuer that vouches for ``claims`` to whoever brings the code it gave, with the verifier of the challenge."""

    claims: dict[str, Any]
    challenge: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Issuer

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def answer(self, document: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        url = self.server.url
        if self.path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
            self.answer({"issuer": url, "jwks_uri": f"{url}/keys", **{k: f"{url}/{v}" for k, v in names.items()}})
        elif self.path == "/userinfo" and self.headers["Authorization"] == "Bearer an-access-token":
            self.answer({"sub": self.server.claims["sub"]})
        else:
            self.answer({"error": "unknown"}, 404)

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        digest = hashlib.sha256(asked["code_verifier"][0].encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != self.server.challenge:
            self.answer({"error": "invalid_grant"}, 400)
            return
        now = int(clock.now().timestamp())
        claims = {"iss": self.server.url, "aud": "plumbline", "iat": now, "exp": now + 60, **self.server.claims}
        token = jwt.encode(claims, SECRET, algorithm="HS256", headers={"kid": "1"})
        self.answer({"access_token": "an-access-token", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    server = Issuer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    office = SignOn(server.url, "plumbline", SECRET, "清河办公平台", "preferred_username")
    providers = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [office.app]}}
    try:
        with override_settings(SIGN_ON=office, SOCIALACCOUNT_PROVIDERS=providers):
            yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def come_in(client: Client, issuer: Issuer, **claims: Any) -> Any:
    """Press the button, be vouched for, and return with the code."""
    issuer.claims = {"sub": "4711", **claims}
    sent = client.post("/account/oidc/office/login/")
    assert sent.status_code == 302
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert sent["Location"].startswith(f"{issuer.url}/authorize?")
    assert asked["code_challenge_method"] == ["S256"]
    issuer.challenge = asked["code_challenge"][0]
    return client.get("/account/oidc/office/login/callback/", {"code": "a-code", "state": asked["state"][0]})


def test_the_account_of_the_same_name_is_opened_and_the_tie_stands_in_the_audit(issuer: Issuer) -> None:
    user = User.objects.create_user("wanglin", display_name="王琳")
    client = Client()
    assert "清河办公平台" in client.get("/account/login/").content.decode()
    assert come_in(client, issuer, preferred_username="wanglin").status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEntry.objects.filter(action="accounts.connect_sign_on").count() == 1
    # Later the tie decides, whatever the office calls them by then, and is not made again.
    again = Client()
    come_in(again, issuer, preferred_username="wang.lin")
    assert again.session["_auth_user_id"] == str(user.pk)
    assert AuditEntry.objects.filter(action="accounts.connect_sign_on").count() == 1


@pytest.mark.parametrize("claims", [{"preferred_username": "nobody"}, {"preferred_username": ""}, {}])
def test_no_account_is_made_for_whom_the_roster_does_not_know(issuer: Issuer, claims: dict[str, str]) -> None:
    answer = come_in(Client(), issuer, **claims)
    assert answer.status_code == 403
    assert "account_login" not in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("kind", [{"is_superuser": True}, {"is_active": False}])
def test_a_superuser_and_a_closed_account_are_never_tied(issuer: Issuer, kind: dict[str, bool]) -> None:
    User.objects.create_user("root", **kind)
    client = Client()
    assert come_in(client, issuer, preferred_username="root").status_code == 403
    assert "_auth_user_id" not in client.session


def test_a_link_alone_signs_nobody_in(issuer: Issuer) -> None:
    answer = Client().get("/account/oidc/office/login/")
    assert answer.status_code == 200
    assert "清河办公平台" in answer.content.decode()


def test_a_code_with_a_state_of_somebody_else_is_refused_in_words(issuer: Issuer) -> None:
    answer = Client().get("/account/oidc/office/login/callback/", {"code": "a-code", "state": "stolen"})
    assert answer.status_code in {200, 401, 403}
    assert "did not answer" in answer.content.decode()


def test_without_settings_there_is_no_button_and_no_page() -> None:
    assert "oidc" not in Client().get("/account/login/").content.decode()
    assert Client().get("/account/oidc/office/login/").status_code == 404


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_on() is None
    monkeypatch.setenv("PLUMBLINE_OIDC_ISSUER", "http://id.example.org/")
    with pytest.raises(ValueError, match="must begin with https://"):
        sign_on()
    monkeypatch.setenv("PLUMBLINE_OIDC_ISSUER", "https://id.example.org/realm/")
    with pytest.raises(ValueError, match="PLUMBLINE_OIDC_CLIENT_ID is needed"):
        sign_on()
    monkeypatch.setenv("PLUMBLINE_OIDC_CLIENT_ID", "plumbline")
    monkeypatch.setenv("PLUMBLINE_OIDC_CLIENT_SECRET", SECRET)
    found = sign_on()
    assert found
    assert (found.issuer, found.origin, found.name) == (
        "https://id.example.org/realm",
        "https://id.example.org",
        "id.example.org",
    )
