"""Rows of CSV and XLSX files with limits; every refusal names file, row, column and remedy."""

from assess.tables.table import Table, column_name, read_table

__all__ = ["Table", "column_name", "read_table"]
