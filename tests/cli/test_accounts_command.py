"""`assess init`, `assess accounts` and `assess holders`: from an empty machine to people who can sign in."""

import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assess.accounts import passwords
from assess.accounts.signing_in import find_account, sign_in, welcome
from assess.cli import main
from assess.config import load_settings
from assess.extensions import Database, open_database
from assess.localisation import set_language
from assess.surveys.holders.models import HolderKey
from tests.accounts.accounts_cast import PASSWORD, SECRET, cheap_hashes
from tests.databases.stores import Store

ADMIN = ("--admin", "Ada@shop.example", "--name", "Ada Berg")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    cheap_hashes(monkeypatch)
    monkeypatch.setenv("ASSESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_DATABASE_URL", each_database.empty(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_KEY_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("ASSESS_BASE_URL", "https://health.shop.example")
    monkeypatch.setenv("ASSESS_LANGUAGE", "en")
    yield tmp_path
    passwords.decoy_hash.cache_clear()
    set_language("en")


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    assert run("init") == 0
    database = open_database(load_settings())
    yield database
    database.close()


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stop:
        main([str(word) for word in words])
    return int(stop.value.code or 0)


def link_in(said: str) -> str:
    """Return the token of the one-time link that was printed."""
    found = re.findall(r"^  https://health\.shop\.example/app/welcome/([\w-]{43})$", said, flags=re.MULTILINE)
    assert len(found) == 1, said
    return str(found[0])


def answer_link(database: Database, said: str, language: str = "en") -> None:
    welcome(database, link_in(said), PASSWORD, now=datetime.now(UTC), language=language)


def test_init_prepares_everything_and_the_first_administrator_can_sign_in(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", *ADMIN) == 0
    said = capsys.readouterr().out
    for name in ("data", "keys"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "data" / "secret.key").stat().st_mode) == 0o600
    database = open_database(load_settings())
    answer_link(database, said)
    assert sign_in(database, "ada@shop.example", PASSWORD, now=datetime.now(UTC)).token
    with database.reading() as session:
        ada = find_account(session, "ada@shop.example")
    assert ada is not None
    assert (ada.name, ada.is_admin, ada.is_hr, ada.language) == ("Ada Berg", True, False, "en")
    database.close()


def test_init_may_be_run_again_and_makes_no_second_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("init") == 0
    assert "make the first account with: assess init --admin EMAIL --name NAME" in capsys.readouterr().out
    assert run("init", *ADMIN) == 0
    first = link_in(capsys.readouterr().out)
    assert run("init", *ADMIN) == 0
    second = link_in(capsys.readouterr().out)
    assert first != second, "who has not set a password yet gets a fresh link"
    assert run("init") == 0
    assert "welcome" not in capsys.readouterr().out
    database = open_database(load_settings())
    welcome(database, second, PASSWORD, now=datetime.now(UTC), language="en")
    database.close()
    for words in (ADMIN, ("--admin", "eve@shop.example", "--name", "Eve")):
        assert run("init", *words) == 1
        assert "ada@shop.example is an administrator already" in capsys.readouterr().err


def test_init_needs_name_and_address_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("init", "--admin", "ada@shop.example") == 2
    assert "--admin and --name go together" in capsys.readouterr().err
    assert not (folder / "data").exists()


def test_init_says_what_is_wrong_with_a_secret_that_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSESS_SECRET_KEY", "changeme")
    assert run("init") == 2
    assert "ASSESS_SECRET_KEY: the secret is too easy to guess" in capsys.readouterr().err


def test_accounts_are_added_listed_recovered_and_deactivated(
    database: Database, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "teams.csv").write_text("team,leader_email\nAds,lea@shop.example\n客服,Lea@shop.example\n", "utf-8")
    assert run("teams", "import", folder / "teams.csv") == 0
    assert run("init", *ADMIN) == 0
    capsys.readouterr()
    assert run("accounts", "add", "hanna@shop.example", "--name", "张伟", "--hr", "--language", "zh") == 0
    answer_link(database, capsys.readouterr().out, "zh")
    assert run("accounts", "add", "lea@shop.example", "--name", "Lea") == 0
    capsys.readouterr()
    assert run("accounts", "list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "ada@shop.example    Ada Berg  administrator    no password yet",
        "hanna@shop.example  张伟      HR               active",
        "lea@shop.example    Lea       leads Ads, 客服  no password yet",
    ]
    assert run("accounts", "recover", "Hanna@shop.example") == 0
    assert link_in(capsys.readouterr().out)
    assert run("accounts", "deactivate", "hanna@shop.example") == 0
    assert "hanna@shop.example can no longer sign in." in capsys.readouterr().out
    assert run("accounts", "list") == 0
    assert "HR               deactivated" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("add", "nobody", "--name", "N"), 2, "“nobody” is no e-mail address"),
        (("add", "a@b.example", "--name", " "), 2, "correct --name"),
        (("add", "ada@shop.example", "--name", "A"), 1, "ada@shop.example has an account already."),
        (("recover", "no@shop.example"), 2, "No account has the address no@shop.example"),
        (("deactivate", "ada@shop.example"), 1, "ada@shop.example is the last administrator; add another one first."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    database: Database, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, sentence: str
) -> None:
    assert run("init", *ADMIN) == 0
    capsys.readouterr()
    assert run("accounts", *words) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_key_holders_are_invited_and_listed(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("holders", "list") == 0
    assert "There are no key holders yet" in capsys.readouterr().out
    for email, name in (("kim@council.example", "Kim Sander"), ("min@council.example", "周敏"), ("x@y.example", "Xu")):
        assert run("holders", "invite", email, "--name", name) == 0
        answer_link(database, capsys.readouterr().out)
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    with database.writing() as session:
        for email, tested in (("kim@council.example", now), ("min@council.example", None)):
            account = find_account(session, email)
            assert account is not None
            key = HolderKey(account_id=account.id, public_key=email.encode().ljust(65), wrapped_key=b"w", made_at=now)
            key.tested_at = tested
            session.add(key)
    assert run("accounts", "deactivate", "x@y.example") == 0
    assert run("holders", "invite", "new@council.example", "--name", "New") == 0
    capsys.readouterr()
    assert run("holders", "list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Kim Sander  kim@council.example  key ready since 24 November 2026  code tried",
        "New         new@council.example  key not set up",
        "Xu          x@y.example          deactivated",
        "周敏        min@council.example  key ready since 24 November 2026  code not tried yet",
    ]


def test_a_key_holder_has_no_other_role_and_leads_no_team(
    database: Database, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    teams = folder / "teams.csv"
    teams.write_text("team,leader_email\nAds,Lea@shop.example\n", "utf-8")
    assert run("teams", "import", teams) == 0
    assert run("init", *ADMIN) == 0
    assert run("holders", "invite", "kim@council.example", "--name", "Kim") == 0
    refusals = [
        (("holders", "invite", "lea@shop.example", "--name", "Lea"), "lea@shop.example leads Ads"),
        (("holders", "invite", "ada@shop.example", "--name", "Ada"), "has an account with another role"),
        (("holders", "invite", "kim@council.example", "--name", "Kim"), "is a key holder already"),
        (("accounts", "add", "kim@council.example", "--name", "Kim", "--hr"), "has an account already"),
    ]
    for words, sentence in refusals:
        capsys.readouterr()
        assert run(*words) == 1
        assert sentence in capsys.readouterr().err
    teams.write_text("team,leader_email\nAds,lea@shop.example\nBox,KIM@council.example\n", "utf-8")
    assert run("teams", "import", teams) == 2
    said = capsys.readouterr().err
    assert "teams.csv, row 3, column leader_email: kim@council.example is a key holder" in said
    assert run("accounts", "deactivate", "kim@council.example") == 0
    assert run("teams", "import", teams) == 0, "a former key holder may lead"
    assert run("accounts", "add", "kim@council.example", "--name", "Kim") == 1
    assert run("holders", "invite", "kim@council.example", "--name", "Kim") == 1
    assert "kim@council.example leads Box" in capsys.readouterr().err


def test_somebody_who_left_hr_can_become_a_key_holder(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("accounts", "add", "hanna@shop.example", "--name", "Hanna", "--hr") == 0
    assert run("accounts", "deactivate", "hanna@shop.example") == 0
    assert run("holders", "invite", "hanna@shop.example", "--name", "Hanna") == 0
    with database.reading() as session:
        hanna = find_account(session, "hanna@shop.example")
    assert hanna is not None
    assert (hanna.is_key_holder, hanna.is_hr, hanna.is_active) == (True, False, True)


@pytest.mark.parametrize(("base_url", "loud"), [("http://shop.example", True), ("https://shop.example", False)])
def test_serving_over_plain_http_is_said_aloud(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    base_url: str,
    loud: bool,
) -> None:
    monkeypatch.setenv("ASSESS_BASE_URL", base_url)
    served: list[int] = []
    monkeypatch.setattr("assess.cli.site.run_server", lambda _host, port, *_counts: served.append(port))
    assert run("serve", "--port", 8799) == 0
    assert served == [8799]
    assert ("travel unprotected" in capsys.readouterr().err) is loud


def test_serving_without_a_usable_secret_is_refused_before_any_process_starts(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assess.cli.site.run_server", lambda *_: pytest.fail("started"))
    (folder / "data" / "secret.key").unlink()
    assert run("serve") == 1
    assert "create it with: assess init" in capsys.readouterr().err
    monkeypatch.setenv("ASSESS_SECRET_KEY", SECRET[:20])
    assert run("serve") == 2
    assert "too easy to guess" in capsys.readouterr().err
