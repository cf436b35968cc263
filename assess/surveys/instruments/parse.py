"""From the tables of an instrument file to an Instrument; every rule about a whole questionnaire stands here."""

from collections.abc import Callable

from assess.localisation import LANGUAGES
from assess.localisation import gettext as _
from assess.surveys.instruments.extension import Extension
from assess.surveys.instruments.lines import TomlSource
from assess.surveys.instruments.model import CommentPrompt, Dimension, Instrument, Item, Outcome, ResponseScale
from assess.surveys.instruments.toml_table import TomlTable

_TOP = {"code", "version", "languages", "name", "lead_in", "scale", "dimensions", "items", "outcomes", "comments"}
_SCALE = {"min", "max", "labels", "cannot_tell"}
_DIMENSION = {"code", "name", "subtitle", "scale", "overall", "higher_is_better", "module"}
_ITEM = {"code", "dimension", "text", "label", "reverse_keyed"}
_OUTCOME = {"code", "text", "label", "scale", "sensitive"}
_COMMENT = {"code", "text", "hint"}
_COLUMN_NAMES = {"team", "cycle"}  # taken in response files


def parse_instrument(source: TomlSource, *, built_in: Callable[[str], Instrument | None]) -> Instrument:
    """Read and check a whole file; `built_in` finds the instrument that `extends` names."""
    values = source.read()
    if "extends" in values:
        return Extension(source, values, built_in).instrument()
    return _Parser(source, values).instrument()


class _Parser:
    def __init__(self, source: TomlSource, values: dict[str, object]) -> None:
        self._source = source
        self._languages: tuple[str, ...] = ()
        self._languages = _languages(TomlTable(source, (), values, _TOP, ()))
        self._top = TomlTable(source, (), values, _TOP, self._languages)
        self._taken: dict[str, str] = {}  # response columns in lower case

    def instrument(self) -> Instrument:
        top = self._top
        code, version = top.code(), top.string("version")
        default = top.scale(extra_keys={"cannot_tell"}) if "scale" in top else None
        cannot_tell = top.table("scale", _SCALE).texts("cannot_tell", default={}) if default else {}
        dimensions = self._dimensions(default)
        items = self._items({d.code: d for d in dimensions})
        self._check_dimensions(dimensions, items)
        return Instrument(
            code=code,
            version=version,
            languages=self._languages,
            name=top.texts("name", default=dict.fromkeys(self._languages, code)),
            lead_in=top.texts("lead_in", default={}),
            cannot_tell=cannot_tell,
            dimensions=dimensions,
            items=items,
            outcomes=self._outcomes(default),
            comments=self._comments(),
        )

    def _table(self, kind: str, place: int, values: object, known: set[str]) -> TomlTable:
        return TomlTable(self._source, (kind, str(place)), values, known, self._languages)

    def _dimensions(self, default: ResponseScale | None) -> tuple[Dimension, ...]:
        found: list[Dimension] = []
        for place, values in enumerate(self._top.tables("dimensions")):
            table = self._table("dimensions", place, values, _DIMENSION)
            dimension = self._dimension(table, default)
            if dimension.code.lower() in {d.code.lower() for d in found}:
                table.refuse("code", _("The dimension %(code)s is there twice; rename one.", code=dimension.code))
            found.append(dimension)
        if not any(d.module is None for d in found):
            self._top.refuse(
                "dimensions",
                _("The instrument has no dimension that is asked every quarter; add [[dimensions]] without a module."),
            )
        return tuple(found)

    def _dimension(self, table: TomlTable, default: ResponseScale | None) -> Dimension:
        code = table.code()
        if code.lower() == "overall":
            table.refuse("code", _("The code overall is reserved for the overall score; choose another code."))
        module = table.string("module") if "module" in table else None
        overall = table.flag("overall", default=module is None)
        higher_is_better = table.flag("higher_is_better", default=True)
        if overall and module is not None:
            reason = _(
                "The dimension %(code)s is a driver module and not asked every quarter, so it cannot count into the "
                "overall score; remove overall = true.",
                code=code,
            )
            table.refuse("overall", reason)
        if overall and not higher_is_better:
            reason = _(
                "The dimension %(code)s has higher_is_better = false and cannot count into the overall score; "
                "write overall = false.",
                code=code,
            )
            table.refuse("higher_is_better", reason)
        return Dimension(
            code=code,
            name=table.texts("name"),
            subtitle=table.texts("subtitle", default={}),
            scale=self._scale(table, code, default),
            overall=overall,
            higher_is_better=higher_is_better,
            module=module,
        )

    def _scale(self, table: TomlTable, code: str, default: ResponseScale | None) -> ResponseScale:
        if "scale" in table:
            return table.scale()
        if default is None:
            reason = _("%(code)s has no scale; add [scale] with min and max for all, or a scale of its own.", code=code)
            table.refuse("", reason)
        return default

    def _items(self, dimensions: dict[str, Dimension]) -> tuple[Item, ...]:
        found: list[Item] = []
        for place, values in enumerate(self._top.tables("items")):
            table = self._table("items", place, values, _ITEM)
            code, name = self._column_code(table), table.string("dimension")
            if name not in dimensions:
                reason = _(
                    "The item %(code)s belongs to a dimension %(dimension)s that does not exist; the dimensions are: "
                    "%(known)s.",
                    code=code,
                    dimension=name,
                    known=", ".join(dimensions),
                )
                table.refuse("dimension", reason)
            text = table.texts("text")
            label, reverse = table.texts("label", default=text), table.flag("reverse_keyed", default=False)
            found.append(Item(code, name, text, label, reverse, dimensions[name].scale))
        return tuple(found)

    def _column_code(self, table: TomlTable) -> str:
        code = table.code()
        if code.lower() in _COLUMN_NAMES:
            reason = _("The code %(code)s is the name of a column in response files; choose another code.", code=code)
            table.refuse("code", reason)
        if code.lower() in self._taken:
            table.refuse("code", _("The code %(code)s is there twice; every code may be used once.", code=code))
        self._taken[code.lower()] = code
        return code

    def _check_dimensions(self, dimensions: tuple[Dimension, ...], items: tuple[Item, ...]) -> None:
        used = {item.dimension for item in items}
        for place, dimension in enumerate(dimensions):
            if dimension.code not in used:
                reason = _(
                    'The dimension %(code)s has no item; add one with dimension = "%(code)s" or remove the dimension.',
                    code=dimension.code,
                )
                raise self._source.error(("dimensions", str(place)), reason)

    def _outcomes(self, default: ResponseScale | None) -> tuple[Outcome, ...]:
        found: list[Outcome] = []
        for place, values in enumerate(self._top.tables("outcomes")):
            table = self._table("outcomes", place, values, _OUTCOME)
            code, text = self._column_code(table), table.texts("text")
            label, scale = table.texts("label", default=text), self._scale(table, code, default)
            found.append(Outcome(code, text, label, scale, table.flag("sensitive", default=False)))
        return tuple(found)

    def _comments(self) -> tuple[CommentPrompt, ...]:
        tables = (
            self._table("comments", place, values, _COMMENT)
            for place, values in enumerate(self._top.tables("comments"))
        )
        return tuple(CommentPrompt(self._column_code(t), t.texts("text"), t.texts("hint", default={})) for t in tables)


def _languages(top: TomlTable) -> tuple[str, ...]:
    given = top.raw("languages")
    if not isinstance(given, list) or not given:
        top.refuse("languages", _('The key languages is missing; write languages = ["en"], for example.'))
    for language in given:
        if language not in LANGUAGES:
            reason = _(
                "The language %(language)s is not supported; the languages are: %(known)s.",
                language=str(language),
                known=", ".join(LANGUAGES),
            )
            top.refuse("languages", reason)
    if len(set(given)) != len(given):
        top.refuse("languages", _("A language is listed twice; list each once."))
    return tuple(str(language) for language in given)
