"""Words for the catalogue's enumerations, in the reader's language."""

from babel.support import LazyProxy

from assess.localisation import lazy_gettext as _l

BASES: dict[str, LazyProxy] = {
    "clear": _l("Clear finding"),
    "starting_point": _l("Starting point"),
    "habit": _l("Habit"),
}
OWNERS: dict[str, LazyProxy] = {
    "lead": _l("team lead"),
    "members": _l("every member"),
    "rotating": _l("members in turn"),
    "keeper": _l("one named member"),
    "both-leads": _l("the two leads"),
    "head": _l("business head"),
    "hr": _l("HR with the leads"),
}
SPANS: dict[str, LazyProxy] = {
    "4w": _l("four weeks"),
    "8w": _l("eight weeks"),
    "1q": _l("one quarter"),
    "2q": _l("two quarters"),
    "event": _l("each time (campaign, project, vacancy, joiner)"),
}
EFFORTS: dict[str, LazyProxy] = {
    "S": _l("small: lead at most 4 hours to start and 1 hour a week; each member at most 15 minutes a week"),
    "M": _l("medium: more, without money, contracts or pay"),
    "L": _l("large: money, contracts, pay, structure or legal work"),
}
EFFORTS_SHORT: dict[str, LazyProxy] = {"S": _l("small"), "M": _l("medium"), "L": _l("large")}
GRADES: dict[str, LazyProxy] = {
    "A": _l("meta-analysis or systematic review"),
    "B": _l("field or randomised trial"),
    "C": _l("single study"),
    "D": _l("handbook or practice"),
}
SCOPES: dict[str, LazyProxy] = {
    "team": _l("in this team"),
    "cross-team": _l("between two teams"),
    "company": _l("for the business head"),
}
