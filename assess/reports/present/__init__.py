"""Finished words and numbers from a result document: pure functions, one file per part of the report."""

from assess.reports.present.one_page import present_one_pager
from assess.reports.present.team import present_team
from assess.reports.present.withheld import present_withheld

__all__ = ["present_one_pager", "present_team", "present_withheld"]
