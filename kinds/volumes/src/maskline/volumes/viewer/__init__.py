"""A volume in a browser: three planes that move, with instances over them, in one file."""
