"""The evaluate stage: scores predictions, writes the report and promotes champions."""
