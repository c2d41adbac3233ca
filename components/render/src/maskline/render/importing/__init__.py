"""Import: other tools' files, checked as a whole by their kind of record, become a sealed dataset."""
