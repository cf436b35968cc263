"""An instrument file that takes its words from a built-in one, as the short form does."""

from collections.abc import Callable
from dataclasses import replace

from assess.localisation import gettext as _
from assess.surveys.instruments.lines import TomlSource
from assess.surveys.instruments.model import Instrument
from assess.surveys.instruments.toml_table import TomlTable

_EXTENDING = {"code", "version", "extends", "name", "lead_in", "items"}


class Extension:
    """A file that takes all words from a built-in instrument and keeps only some of its core items."""

    def __init__(
        self, source: TomlSource, values: dict[str, object], built_in: Callable[[str], Instrument | None]
    ) -> None:
        head = TomlTable(source, (), values, _EXTENDING, ())
        name = head.string("extends")
        base = built_in(name)
        if base is None:
            head.refuse(
                "extends",
                _("There is no built-in instrument %(name)s to extend; see assess instruments list.", name=name),
            )
        self._base = base
        self._top = TomlTable(source, (), values, _EXTENDING, base.languages)

    def instrument(self) -> Instrument:
        """Give the built-in instrument under its new name, without the items left out."""
        top, base = self._top, self._base
        code = top.code()
        if code == base.code:
            top.refuse("code", _("An instrument that extends %(code)s needs a code of its own.", code=code))
        kept = self._kept_items()
        return replace(
            base,
            code=code,
            version=top.string("version"),
            name=top.texts("name", default=dict.fromkeys(base.languages, code)),
            lead_in=top.texts("lead_in", default=base.lead_in),
            items=tuple(i for i in base.items if i.code in kept or base.dimension(i.dimension).module),
        )

    def _kept_items(self) -> set[str]:
        core = {i.code: i.dimension for i in self._base.items if not self._base.dimension(i.dimension).module}
        listed = self._top.tables("items")
        for code in listed:
            if not isinstance(code, str) or code not in core:
                reason = _(
                    "%(code)s is no core item of %(base)s; the core items are: %(known)s.",
                    code=str(code),
                    base=self._base.code,
                    known=", ".join(core),
                )
                self._top.refuse("items", reason)
        kept = {str(code) for code in listed}
        if len(kept) != len(listed):
            self._top.refuse("items", _("An item is listed twice; list each code once."))
        for dimension in dict.fromkeys(core.values()):
            if dimension not in {core[code] for code in kept}:
                reason = _("The dimension %(code)s has no item; list at least one of its items.", code=dimension)
                self._top.refuse("items", reason)
        return kept
