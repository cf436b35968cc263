"""docs/demo.md tells what the demo really shows."""

from pathlib import Path

from tests.demo.story_table import story_table

PAGE = Path(__file__).parents[2] / "docs" / "demo.md"


def test_the_table_in_the_documentation_is_the_one_the_demo_makes() -> None:
    assert "\n".join(story_table()) in PAGE.read_text(encoding="utf-8"), "renew it: python -m tests.demo.story_table"
