"""Visits a page as a browser would and checks what every page must have."""

from collections import Counter
from dataclasses import dataclass

from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]

from assess.localisation import HTML_LANGUAGE


@dataclass(frozen=True)
class Visited:
    """A page as it came: its status, its headers and its parsed HTML."""

    status: int
    headers: dict[str, str]
    tree: html.HtmlElement

    @property
    def h1(self) -> str:
        """Return the one main heading."""
        return str(self.tree.xpath("normalize-space(//h1)"))

    @property
    def text(self) -> str:
        """Return everything readable, blanks collapsed."""
        return " ".join(self.tree.text_content().split())

    @property
    def focused(self) -> list[str]:
        """Return the id of the field that has the focus when the page comes, if one has."""
        return [str(name) for name in self.tree.xpath("//*[@autofocus]/@id")]

    def written_in(self, box: str) -> str:
        """Return what a text box shows: HTML drops one line break after its start tag, the parser here does not."""
        return str(self.tree.get_element_by_id(box).text_content()).removeprefix("\n")

    def error_of(self, field: str) -> str:
        """Return the message beside a field, be it a fieldset or an input."""
        marked = self.tree.xpath(f"//*[@id='{field}' and @aria-invalid='true']")
        assert len(marked) == 1, f"{field} is not marked as wrong"
        described = marked[0].get("aria-describedby", "").split()
        assert f"{field}-error" in described
        return str(self.tree.xpath(f"normalize-space(//*[@id='{field}-error'])"))


def visit(
    client: FlaskClient, address: str, *, status: int = 200, language: str = "en", data: dict[str, str] | None = None
) -> Visited:
    """GET (or POST `data`) and assert the language, one h1, a title that begins with it, labels, unique ids."""
    headers = {"Accept-Language": "zh-CN,zh;q=0.9" if language == "zh" else "en-GB"}
    answer = client.get(address, headers=headers) if data is None else client.post(address, headers=headers, data=data)
    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    tree = html.document_fromstring(answer.get_data().decode())
    page = Visited(answer.status_code, dict(answer.headers), tree)
    assert tree.get("lang") == HTML_LANGUAGE[language]
    assert len(tree.xpath("//h1")) == 1
    assert tree.findtext(".//title").startswith(page.h1)
    assert [i for i, n in Counter(tree.xpath("//@id")).items() if n > 1] == []
    _assert_labelled(tree)
    _assert_no_inline_code(tree)
    assert len(page.focused) <= 1
    return page


def _assert_labelled(tree: html.HtmlElement) -> None:
    named = set(tree.xpath("//label/@for"))
    for field in tree.xpath("//input[not(@type='hidden')] | //textarea | //select"):
        assert field.get("id") in named or field.xpath("ancestor::label"), html.tostring(field)
    for group in tree.xpath("//fieldset"):
        assert group.xpath("normalize-space(legend)")
    for reference in tree.xpath("//@aria-describedby"):
        for name in reference.split():
            assert tree.xpath(f"//*[@id='{name}']"), name


def _assert_no_inline_code(tree: html.HtmlElement) -> None:
    assert tree.xpath("//style | //@style | //script[not(@src)]") == []
    assert [name for element in tree.iter() for name in element.attrib if name.startswith("on")] == []
