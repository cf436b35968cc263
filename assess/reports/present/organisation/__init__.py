"""The organisation report, one file per part; like the team report it prints released figures and settings alone."""

from assess.reports.present.organisation.report import present_organisation

__all__ = ["present_organisation"]
