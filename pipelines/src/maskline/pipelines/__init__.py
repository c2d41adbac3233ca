"""The workflow: its definition, its compiled form, the local runner and the command line."""
