"""Pictures too large to be seen at once: cut into tiles that overlap, and what is in them put together."""
