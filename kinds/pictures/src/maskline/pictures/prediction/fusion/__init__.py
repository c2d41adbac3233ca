"""Pictures seen several times, in several ways or by several networks, and what was found put together."""
