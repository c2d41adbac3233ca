"""Labelled pictures to look at: a contact sheet, and a page of one file."""
