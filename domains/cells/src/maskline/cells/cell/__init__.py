"""One cell: what family it is of, what outline it has, and what it looks like inside."""
