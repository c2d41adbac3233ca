"""Pages for people: HTML of one file, which fetches nothing and runs nothing, with drawings as inline SVG."""
