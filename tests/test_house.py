"""Promises about the project itself: rooms, locks, files that a reader meets first."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "script/uv.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    entries = re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", text, flags=re.MULTILINE)
    assert entries
    assert text.count("--hash=sha256:") >= len(entries)


def test_every_direct_dependency_has_its_line_in_the_decisions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    decisions = (ROOT / "docs" / "decisions.md").read_text().lower()
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = [re.split(r"[<>=\[;]", entry)[0].strip().lower() for entry in wanted]
    stubs = ("types-", "-stubs")
    missing = [n for n in names if n not in decisions and not any(s in n for s in stubs)]
    assert not missing


def test_scoring_can_be_lifted_out_alone() -> None:
    code = (
        "import sys, pkgutil, importlib, assess.scoring as s\n"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(s.__path__, 'assess.scoring.')]\n"
        "print([m for m in ('flask', 'sqlalchemy', 'weasyprint', 'babel', 'click') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_every_page_the_readme_links_exists() -> None:
    for target in re.findall(r"\]\(((?!http)[^)#]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).is_file(), target


def test_the_readme_names_the_two_commands_and_they_can_be_run() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in ("script/demo", "script/test"):
        assert f"\n{command}\n" in readme
        assert (ROOT / command).stat().st_mode & 0o111


def test_asking_for_help_loads_neither_scipy_nor_the_database() -> None:
    code = (
        "import sys\nfrom assess.cli import group\n"
        "try:\n    group.main(['--version'], standalone_mode=True)\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('scipy', 'sqlalchemy', 'weasyprint', 'flask') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip().endswith("[]")
