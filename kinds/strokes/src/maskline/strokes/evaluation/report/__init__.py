"""The report: one self-contained HTML page a person wants to look at."""
