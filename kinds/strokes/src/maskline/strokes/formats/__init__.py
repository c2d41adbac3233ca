"""Sketches in other tools' files: each module reads one format, and writes it where it can be written."""
