"""`assess demo` from start to end, with two of its stories."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from assess import cli
from assess.cli import demo as command
from assess.cli.site import run_server
from assess.demo.network import address_in_network
from assess.demo.stories import STORIES
from assess.errors import RefusalError
from assess.localisation import set_language
from tests.databases.stores import Store


class ServedError(Exception):
    """Stands for the server taking over."""


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, each_database: Store) -> Iterator[None]:
    monkeypatch.setenv("ASSESS_LANGUAGE", "zh")
    monkeypatch.setenv("ASSESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_DATABASE_URL", each_database.empty(tmp_path / "data"))
    monkeypatch.setenv("ASSESS_ALSO_HOSTS", "")
    monkeypatch.setenv("ASSESS_BASE_URL", "")
    monkeypatch.setattr(command, "STORIES", (STORIES[0], STORIES[8]))
    monkeypatch.setattr(command, "address_in_network", lambda: "192.168.7.9")
    yield
    set_language("en")  # the command chose the language of this thread


def run(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stop:
        cli.main(["demo", *words])
    assert stop.value.code in {0, None}
    return capsys.readouterr().out


def test_it_builds_writes_recommends_and_links_then_starts_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    said = run("--out", str(out), "--port", "8799", capsys=capsys)
    names = sorted(path.name for path in out.iterdir())
    assert len(names) == 6, "two teams and the organisation, in two languages"
    assert all(name.endswith(("_en.pdf", "_zh.pdf")) for name in names)
    whole = next(path for path in out.iterdir() if "organisation" in path.name and path.name.endswith("_zh.pdf"))
    assert f"建议先看：{whole}（" in said
    assert any("after-sales" in name for name in names)
    assert "http://127.0.0.1:8799/m/" in said, "what members read"
    assert "http://127.0.0.1:8799/s/" in said
    assert "http://192.168.7.9:8799/s/" in said

    written = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    again = run("--out", str(out), "--port", "8799", capsys=capsys)
    assert written == {path: path.stat().st_mtime_ns for path in out.iterdir()}
    assert again == said[said.index("\n报告") :]

    served: list[tuple[str, int, dict[str, str]]] = []

    def serve(host: str, port: int, *, settings: dict[str, str]) -> NoReturn:
        served.append((host, port, settings))
        raise ServedError

    monkeypatch.setattr(command, "run_server", serve)
    for words, host in ((["--serve"], "0.0.0.0"), (["--serve", "--local"], "127.0.0.1")):  # noqa: S104 - expected
        with pytest.raises(ServedError):
            cli.main(["demo", "--out", str(out), *words])
        also = "" if host == "127.0.0.1" else "192.168.7.9"
        assert served.pop() == (
            host,
            8765,
            {
                "ASSESS_BASE_URL": "http://127.0.0.1:8765",
                "ASSESS_ALSO_HOSTS": also,
                "ASSESS_SECOND_STEP": "nobody",
            },
        )
        assert ("192.168.7.9" in capsys.readouterr().out) == (host == "0.0.0.0")  # noqa: S104 - compared

    next(iter(written)).unlink()
    run("--out", str(out), capsys=capsys)
    assert len(list(out.iterdir())) == 6


def test_the_address_in_the_network_is_none_or_one_that_others_can_reach() -> None:
    found = address_in_network()
    assert found is None or not ipaddress.ip_address(found).is_loopback


def test_a_taken_port_is_refused_with_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(RefusalError, match="--port"):
            run_server("127.0.0.1", taken.getsockname()[1])
    assert "http" not in capsys.readouterr().out
