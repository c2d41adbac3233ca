"""Pages for people: HTML of one file, which fetches nothing, with drawings as inline SVG; few run a script of ours."""
