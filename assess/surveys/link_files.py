"""The file of links: per group and without names, for whoever hands them out."""

import csv
from collections.abc import Sequence
from typing import TextIO

from assess.surveys.invitations import GroupLinks
from assess.tables.formula_safe import formula_safe


def write_links(file: TextIO, groups: Sequence[GroupLinks]) -> None:
    """Write group and link, no names."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["group", "link"])
    writer.writerows([formula_safe(group.group), link] for group in groups for link in group.links)
