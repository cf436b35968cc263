"""The figures of a report as files for other programs: spreadsheets, delimited text, JSON."""
