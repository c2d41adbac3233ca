"""Runs: started, followed to their end, and what their steps said."""
