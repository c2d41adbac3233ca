"""Drawings line by line, one JSON object each: Quick, Draw!'s and SPG's."""
