"""How a network reads a picture and its masks: the frame, the channels, the ink, masks cropped to their boxes."""
