"""The site as a whole: headers, hosts, cookies, logs, health."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.exceptions import InternalServerError

from assess.app import create_app, trusted_hosts
from assess.localisation import set_language
from assess.surveys.member import taking
from tests.app.addresses import fill
from tests.databases.stores import Store
from tests.surveys.member.member_cast import MemberSite, build_site
from tests.surveys.member.visiting import visit

CANARY = "canary-7F3K"


@pytest.fixture
def site(tmp_path: Path, each_database: Store) -> Iterator[MemberSite]:
    site = build_site(tmp_path)
    yield site
    site.database.close()


@pytest.fixture
def app(site: MemberSite) -> Iterator[Flask]:
    app = create_app(site.settings)
    yield app
    app.extensions["assess.database"].close()
    set_language("en")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def addresses(app: Flask, site: MemberSite) -> list[str]:
    """Fill every rule of the url_map with something that exists and something that does not."""
    asset = app.jinja_env.globals["asset"]
    assert callable(asset)
    real = {"code": site.codes[0], "printed_hash": site.contract_hash, "name": asset("site.css").rpartition("/")[2]}
    found = ["/nothing-here"]
    for rule in app.url_map.iter_rules():
        found += [fill(rule.rule, values, "nope") for values in (real, {})]
    return found


def test_every_answer_carries_every_header_and_no_cookie_outside_app(
    app: Flask, client: FlaskClient, site: MemberSite
) -> None:
    for address in addresses(app, site):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            answer = client.open(address, method=method, headers={"Cookie": "session=stolen; assess=stolen"})
            headers = answer.headers
            assert headers["Content-Security-Policy"] == (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
            )
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "camera=()" in headers["Permissions-Policy"]
            hashed = address.startswith("/static/site.") and answer.status_code == 200 and method != "OPTIONS"
            assert ("immutable" in headers["Cache-Control"]) is hashed or method == "OPTIONS"
            assert ("no-store" in headers["Cache-Control"]) is not hashed or method == "OPTIONS"
            assert not {"ETag", "Last-Modified", "Server"} & set(headers.keys())
            assert address.startswith("/app") or "Set-Cookie" not in headers
            assert "Cookie" not in headers.get("Vary", "")


def test_strict_transport_is_asked_for_on_https_only(site: MemberSite) -> None:
    https = create_app(replace(site.settings, base_url="https://health.example.com")).test_client()
    answer = https.get("/", headers={"Host": "health.example.com"})
    assert (answer.status_code, answer.headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
    assert "Strict-Transport-Security" not in create_app(site.settings).test_client().get("/").headers


def test_another_host_is_refused(site: MemberSite) -> None:
    client = create_app(replace(site.settings, base_url="https://health.example.com")).test_client()
    for host in ("evil.example", "localhost", "health.example.com.evil.example"):
        assert client.get("/", headers={"Host": host}).status_code == 400


def test_a_demo_answers_to_every_name_of_this_machine() -> None:
    assert trusted_hosts("http://127.0.0.1:8765") == trusted_hosts("http://localhost:9000")
    assert trusted_hosts("https://health.example.com:8443") == ["health.example.com"]


def test_further_hosts_are_answered_where_the_settings_name_them(site: MemberSite) -> None:
    client = create_app(replace(site.settings, also_hosts=("192.168.1.20",))).test_client()
    for host, status in (("192.168.1.20:8765", 200), ("127.0.0.1:8765", 200), ("192.168.1.21:8765", 400)):
        assert client.get("/", headers={"Host": host}).status_code == status


def test_nobody_can_start_a_session_outside_app(app: Flask) -> None:
    assert app.secret_key is None
    for address in ("/", "/s/nope", "/apple", "/static/app", "/s/app/"):
        with app.test_request_context(address):
            assert not session
            with pytest.raises(RuntimeError):
                session["kept"] = "something"


def test_members_pages_are_the_same_bytes_whoever_is_signed_in(client: FlaskClient, site: MemberSite) -> None:
    for address in ("/", "/s", f"/s/{site.codes[0]}", f"/contract/{site.contract_hash}"):
        plain = client.get(address)
        for cookie in (f"assess={'x' * 43}", f"__Secure-assess={'x' * 43}"):
            answer = client.get(address, headers={"Cookie": cookie})
            assert (answer.status_code, answer.data) == (plain.status_code, plain.data)


@pytest.mark.parametrize(("language", "heading"), [("en", "That did not work"), ("zh", "没有成功")])
def test_a_failure_in_answering_leaves_neither_answer_nor_code_in_any_log(
    client: FlaskClient,
    site: MemberSite,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    language: str,
    heading: str,
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError(f"INSERT {CANARY} {site.codes[0]}")

    monkeypatch.setattr(taking, "put_answers", fail)
    with caplog.at_level(logging.DEBUG):
        page = visit(client, f"/s/{site.codes[0]}", status=500, language=language, data={"COM1": "4", "CMT1": CANARY})
    assert page.h1 == heading
    assert len(caplog.records) == 1
    record = caplog.records[0]
    line = record.getMessage()
    assert record.exc_info is None
    assert line.endswith(": RuntimeError at test_app.py:" + line.rpartition(":")[2])
    assert line.partition(":")[0] in page.text  # the reference
    for secret in (CANARY, site.codes[0], "127.0.0.1", "/s/"):
        assert secret not in line
        assert secret not in page.text


def test_an_ordinary_visit_logs_nothing(
    client: FlaskClient, site: MemberSite, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for address in ("/", f"/s/{site.codes[0]}", "/s/nope"):
            client.get(address)
        client.post(f"/s/{site.codes[0]}", data={"COM1": "4"})
        client.post(f"/s/{site.codes[0]}", data={"COM1": "40"})
    assert caplog.records == []


@pytest.mark.parametrize(
    ("method", "address", "status", "heading"),
    [
        ("GET", "/nothing-here", 404, "Page not found"),
        ("POST", "/", 405, "This page only shows something"),
        ("DELETE", "/s", 405, "This page only shows something"),
    ],
)
def test_a_wrong_address_or_method_is_a_page_with_a_next_step(
    client: FlaskClient, method: str, address: str, status: int, heading: str
) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.get_data(as_text=True)
    assert 'class="button" href="/' in answer.get_data(as_text=True)


def test_an_error_page_exists_for_errors_that_flask_makes_itself(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = app.handle_user_exception(InternalServerError())
    assert isinstance(answer, tuple)
    assert answer[1] == 500


def test_health_says_whether_the_tables_are_there(
    client: FlaskClient, site: MemberSite, tmp_path: Path, each_database: Store
) -> None:
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)
    empty = create_app(replace(site.settings, database_url=each_database.empty(tmp_path / "empty")))
    assert empty.test_client().get("/healthz").status_code == 200
    answer = empty.test_client().get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (503, "database: not ready\n")
    empty.extensions["assess.database"].close()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:9/0", "postgresql://127.0.0.1:9/none", "amqp://nobody"])
def test_a_queue_that_is_gone_is_said_and_turns_nobody_away(site: MemberSite, url: str) -> None:
    app = create_app(replace(site.settings, queue_url=url))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, "ok\nqueue: not reachable\n")
    app.extensions["assess.database"].close()


def test_style_and_script_travel_compressed_under_names_of_their_content(app: Flask, client: FlaskClient) -> None:
    asset = app.jinja_env.globals["asset"]
    assert callable(asset)
    for name, kind in (("site.css", "text/css"), ("member.js", "text/javascript"), ("icon.svg", "image/svg+xml")):
        packed = client.get(asset(name), headers={"Accept-Encoding": "gzip, br"})
        plain = client.get(asset(name), headers={"Accept-Encoding": "identity"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert packed.content_type.startswith(kind)
        assert len(packed.data) < len(plain.data)
    assert client.get("/static/../app.py").status_code == 404
