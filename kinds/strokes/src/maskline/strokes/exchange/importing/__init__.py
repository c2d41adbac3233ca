"""Import: files are read, their classes named as the table has them, and each sketch has its split, name and group."""
