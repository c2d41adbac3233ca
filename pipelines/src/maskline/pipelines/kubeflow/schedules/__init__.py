"""Schedules: what a file says, brought to a server."""
