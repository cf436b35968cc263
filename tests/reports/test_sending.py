"""File names of any script reach the browser whole, in headers that any server can send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header

from assess.reports.sending import name_file


def sent(name: str) -> str:
    headers = Headers()
    name_file(headers, name, "attachment")
    value = headers["Content-Disposition"]
    value.encode("latin-1")
    assert value.isprintable()
    assert value.isascii()
    return value


@pytest.mark.parametrize(
    "name",
    ["2026-Q3_after-sales-售后_team-health_en.xlsx", "Zürich.pdf", "مبيعات.pdf", 'a"b;c\\d.pdf', "plain.pdf", "💥.pdf"],
)
def test_the_whole_name_arrives(name: str) -> None:
    how, options = parse_options_header(sent(name))
    assert (how, options["filename"]) == ("attachment", name)


def test_programs_that_know_no_encoding_get_what_is_left() -> None:
    assert sent("after-sales-售后.xlsx").startswith("attachment; filename=after-sales-.xlsx; filename*=UTF-8''")
    assert sent("plain.pdf") == "attachment; filename=plain.pdf"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf")), min_size=1))
def test_every_name_can_be_sent(name: str) -> None:
    assert parse_options_header(sent(name))[1]["filename"] == name
