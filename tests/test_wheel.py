"""The package works without the checkout: templates, fonts, instruments and migrations travel in the wheel."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).parent / "uv"
RENDER = """
import json, pathlib, assess
from assess.app import create_app
from assess.config import load_settings
from assess.surveys.instruments import load_instrument
app = create_app(load_settings({"ASSESS_DATA_DIR": "data", "ASSESS_SECRET_KEY": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}))
answer = app.test_client().get("/", headers={"Accept-Language": "zh-CN"})
print(json.dumps({
    "status": answer.status_code, "text": answer.get_data(as_text=True),
    "file": assess.__file__, "templates": app.template_folder,
    "items": len(load_instrument("team24").effective(()).items),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_everything_that_is_not_code(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "assess/static", "assess/fonts", "assess/translations", "assess/migrations"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = path.relative_to(ROOT).as_posix()
                inside = inside if inside.startswith("assess/") else f"assess/{inside}"
                assert inside in names
    assert "assess/surveys/instruments/team24.toml" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_real_survey_data_never_travel_in_the_wheel(wheel: Path) -> None:
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if "lq2002" in name or name.startswith("tests/")]


def test_a_page_renders_from_the_wheel_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    for arguments in (
        ["venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")],
        [
            "pip",
            "install",
            "--quiet",
            "--python",
            str(python),
            "--require-hashes",
            "-r",
            str(ROOT / "requirements.txt"),
        ],
        ["pip", "install", "--quiet", "--python", str(python), "--no-deps", str(wheel)],
    ):
        subprocess.run([str(UV), *arguments], check=True, capture_output=True, env=environment)
    done = subprocess.run(
        [str(python), "-W", "error", "-c", RENDER],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    page = json.loads(done.stdout)
    assert page["status"] == 200
    assert 'lang="zh-CN"' in page["text"]
    assert page["items"] == 24
    assert Path(page["file"]).is_relative_to(tmp_path)
    assert Path(page["templates"]).is_relative_to(tmp_path)
