"""One table of an instrument file: typed reading, with the line in every refusal."""

import re
from collections.abc import Collection
from typing import NoReturn, cast

from assess.localisation import gettext as _
from assess.scoring.key import SCALE_LIMIT
from assess.surveys.instruments.lines import TomlSource
from assess.surveys.instruments.model import ResponseScale, Texts

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


class TomlTable:
    """Values under one path of the file, read key by key; `unknown` keys are refused at once."""

    def __init__(
        self,
        source: TomlSource,
        path: tuple[str, ...],
        values: object,
        known: Collection[str],
        languages: tuple[str, ...],
    ) -> None:
        self._source = source
        self.path = path
        self._languages = languages
        if not isinstance(values, dict):
            self.refuse("", _("This must be a table."))
        self._values = cast("dict[str, object]", values)
        for key in self._values:
            if key not in known:
                reason = _(
                    "The key %(key)s is unknown here; the keys are: %(known)s.", key=key, known=", ".join(sorted(known))
                )
                self.refuse(key, reason)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Raise InputError at the line of `key`, or of this table when it has no such key."""
        raise self._source.error((*self.path, *key.split(".")) if key else self.path, reason)

    def raw(self, key: str) -> object:
        """Give the value as it stands, or None."""
        return self._values.get(key)

    def string(self, key: str) -> str:
        """Read a required text that is not blank."""
        value = self._values.get(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, _('The key %(key)s is missing or no text; write %(key)s = "…".', key=key))
        return value.strip()

    def code(self) -> str:
        """Read the code: letters, digits, dash and underscore, because it is a column name and an address."""
        value = self.string("code")
        if not _CODE.fullmatch(value):
            reason = _(
                "The code %(code)s cannot be used; begin with a Latin letter and use up to 40 letters, digits, - or _.",
                code=value,
            )
            self.refuse("code", reason)
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, _("The key %(key)s must be true or false, without quotes.", key=key))
        return value

    def integer(self, key: str) -> int:
        """Read a required whole number."""
        value = self._values.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, _("The key %(key)s is missing or no whole number; write %(key)s = 1.", key=key))
        return value

    def tables(self, key: str) -> list[object]:
        """Read an array of tables; absent is empty."""
        value = self._values.get(key, [])
        if not isinstance(value, list):
            self.refuse(key, _("Write %(key)s as [[%(key)s]], once for each.", key=key))
        return cast("list[object]", value)

    def texts(self, key: str, *, default: Texts | None = None) -> Texts:
        """Read one text per declared language; `default` stands in when the whole key is absent."""
        if key not in self._values and default is not None:
            return default
        found = self._per_language(key)
        for language in self._languages:
            text = found.get(language)
            if not isinstance(text, str) or not text.strip():
                self._missing_text(key, language)
        return {language: str(found[language]).strip() for language in self._languages}

    def _per_language(self, key: str) -> dict[str, object]:
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            example = self._languages[0]
            reason = _(
                'The key %(key)s needs one text per language; write %(key)s.%(language)s = "…".',
                key=key,
                language=example,
            )
            self.refuse(key, reason)
        for language in value:
            if language not in self._languages:
                reason = _(
                    "There is a text %(key)s.%(language)s, but the languages of this instrument are: %(known)s; "
                    "add the language or remove the text.",
                    key=key,
                    language=language,
                    known=", ".join(self._languages),
                )
                self.refuse(f"{key}.{language}", reason)
        return cast("dict[str, object]", value)

    def _missing_text(self, key: str, language: str) -> NoReturn:
        reason = _(
            "The text %(key)s.%(language)s of %(owner)s is missing; add it, because the instrument has these "
            "languages: %(known)s.",
            key=key,
            language=language,
            owner=self._values.get("code") or ".".join(self.path),
            known=", ".join(self._languages),
        )
        self.refuse(f"{key}.{language}", reason)

    def table(self, key: str, known: Collection[str]) -> "TomlTable":
        """Step into the table under `key`."""
        return TomlTable(self._source, (*self.path, key), self.raw(key), known, self._languages)

    def scale(self, *, extra_keys: Collection[str] = ()) -> ResponseScale:
        """Read the key `scale`: `min`, `max` and, in every language or in none, a label for each option."""
        table = self.table("scale", {"min", "max", "labels", *extra_keys})
        lo, hi = table.integer("min"), table.integer("max")
        if lo >= hi:
            table.refuse("min", _("The scale runs from %(lo)d to %(hi)d; min must be smaller than max.", lo=lo, hi=hi))
        if lo < -SCALE_LIMIT or hi > SCALE_LIMIT:
            reason = _(
                "The scale runs from %(lo)d to %(hi)d; at most %(lowest)d to %(highest)d is possible.",
                lo=lo,
                hi=hi,
                lowest=-SCALE_LIMIT,
                highest=SCALE_LIMIT,
            )
            table.refuse("min" if lo < -SCALE_LIMIT else "max", reason)
        return ResponseScale(lo, hi, table.option_labels(hi - lo + 1))

    def option_labels(self, options: int) -> dict[str, tuple[str, ...]]:
        """Read `labels`: absent, or for every declared language as many different texts as there are options."""
        if "labels" not in self._values:
            return {}
        found = self._per_language("labels")
        labels: dict[str, tuple[str, ...]] = {}
        for language in self._languages:
            if language not in found:
                self._missing_text("labels", language)
            given = found[language]
            if not isinstance(given, list) or not all(isinstance(text, str) and text.strip() for text in given):
                self.refuse(
                    f"labels.{language}", _("Labels are a list of texts, from the lowest value to the highest.")
                )
            labels[language] = tuple(text.strip() for text in given)
            if len(set(labels[language])) != options or len(given) != options:
                reason = _(
                    "There are %(given)d labels in %(language)s, but the scale has %(options)d options; "
                    "write a different label for each option.",
                    given=len(given),
                    language=language,
                    options=options,
                )
                self.refuse(f"labels.{language}", reason)
        return labels
