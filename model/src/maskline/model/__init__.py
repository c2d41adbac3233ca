"""What train and predict must compute identically: the segmenters and what surrounds them.

`spec` says what a segmenter is and imports no torch; everything else does.
"""
