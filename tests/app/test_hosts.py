"""Under which names the site answers, and that no name a visitor sends gets into a link, a cookie or a page."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from assess.app import create_app
from tests.app.addresses import fill
from tests.databases.stores import Store
from tests.surveys.member.member_cast import MemberSite, build_site

OWN, ALSO, EVIL = "health.example.com", "192.168.1.20", "evil.example"


@pytest.fixture
def site(tmp_path: Path, each_database: Store) -> Iterator[MemberSite]:
    site = build_site(tmp_path, base_url=f"https://{OWN}")
    yield site
    site.database.close()


@pytest.fixture(params=[0, 1, 2])
def app(site: MemberSite, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The site behind as many servers, reachable inside the building under its number too."""
    app = create_app(replace(site.settings, also_hosts=(ALSO,), proxies=request.param))
    yield app
    app.extensions["assess.database"].close()


def addresses(app: Flask, site: MemberSite) -> list[str]:
    values = {"code": site.codes[0], "printed_hash": site.contract_hash}
    return ["/nothing-here", *(fill(rule.rule, values, "nope") for rule in app.url_map.iter_rules())]


@pytest.mark.parametrize(
    "names",
    [
        {"Host": EVIL},
        {"Host": f"{OWN}.{EVIL}"},
        {"Host": f"{EVIL}:443"},
        {"Host": OWN, "X-Forwarded-Host": EVIL},
        {"Host": OWN, "X-Forwarded-Host": f"{OWN}, {EVIL}"},
        {"Host": OWN, "X-Forwarded-Host": f"{EVIL}, {OWN}"},
        {"Host": OWN, "X-Forwarded-Host": ","},
        {"Host": OWN, "X-Forwarded-Host": f"{OWN}.{EVIL}"},
        {"Host": EVIL, "X-Forwarded-Host": OWN},
    ],
)
def test_a_poisoned_name_is_refused_everywhere(app: Flask, site: MemberSite, names: dict[str, str]) -> None:
    client = app.test_client()
    for address in addresses(app, site):
        for method in ("GET", "POST"):
            answer = client.open(address, method=method, headers=names)
            assert answer.status_code == 400, (method, address)
            assert EVIL.encode() not in answer.data
            assert EVIL not in str(answer.headers)


@pytest.mark.parametrize("names", [{"X-Forwarded-Host": OWN}, {"X-Forwarded-Host": f"{OWN}:443, {ALSO}"}, {}])
def test_a_server_before_the_site_may_say_the_site_s_own_names(app: Flask, names: dict[str, str]) -> None:
    assert app.test_client().get("/", headers={"Host": OWN} | names).status_code == 200


def test_no_page_no_way_on_and_no_cookie_is_built_from_what_a_visitor_sends(app: Flask, site: MemberSite) -> None:
    client = app.test_client()
    sent = {
        "Host": f"{ALSO}:8765",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Port": "81",
        "X-Forwarded-Prefix": f"//{EVIL}",
        "X-Forwarded-For": "203.0.113.9",
        "Forwarded": f"for=203.0.113.9;host={EVIL};proto=http",
        "X-Original-URL": f"https://{EVIL}/",
        "X-Rewrite-URL": f"https://{EVIL}/",
    }
    for address in addresses(app, site):
        for method in ("GET", "POST"):
            answer = client.open(address, method=method, headers=sent)
            said = answer.get_data(as_text=True) + str(answer.headers)
            assert [word for word in (EVIL, ALSO, "203.0.113.9", ":81") if word in said] == [], (method, address)
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
