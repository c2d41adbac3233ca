"""What train and predict must compute identically: the segmenters and what surrounds them."""
