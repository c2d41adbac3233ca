"""Runs a compiled pipeline on this machine, and leaves its results in a folder."""
