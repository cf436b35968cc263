"""The documents beside a result, comments and records for later quarters: they speak of released nodes only."""

from collections import Counter
from collections.abc import Iterator

from assess.releases.comments import LANGUAGE_MINIMUM, comment_language
from assess.releases.forms import FULL, Part, step
from assess.releases.structure import Result

_COARSE = step(5, 0.0, 1e9)


def comment_faults(document: Part, result: Result) -> Iterator[str]:
    """Judge comments: of shown nodes only, enough writers in every set that is shown, three in every language."""
    minimum = int(result.document["minimum"]["comments"])
    for name, prompts in document["comments"].items():
        if name not in result.shown:
            yield f"comments · {name}"
        for prompt, texts in prompts.items():
            languages = Counter(comment_language(text) for text in texts)
            if len(texts) < minimum or min(languages.values()) < LANGUAGE_MINIMUM:
                yield f"comments · {name} · {prompt}"


def statistics_faults(document: Part, result: Result) -> Iterator[str]:
    """Judge records: of shown dimensions of shown nodes only, with their n; below ten answers no exact spread."""
    yield from (f"statistics · {name}" for name in sorted(document["members"].keys() - result.shown.keys()))
    for code, part in document["dimensions"].items():
        for record in part["records"]:
            entry = result.shown.get(record["node"], {})
            figure = entry.get("overall", {}) if code == "overall" else entry.get("dimensions", {}).get(code, {})
            fits = record["n"] == figure.get("n")
            fits = fits and (record["histogram"] is None or record["numbers"])
            if record["n"] < FULL:
                fits = fits and not record["numbers"] and _COARSE(record["sd_100"])
            if not fits:
                yield f"statistics · {record['node']} · {code}"
