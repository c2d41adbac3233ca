"""The drawing in C: from RDKit's SVG to a picture and the mask of every instance in it.  ink.h says what is where."""
