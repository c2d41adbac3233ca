"""The drawing in C: from a scene to a picture and the mask of every instance in it.  ink.h says what is where."""
