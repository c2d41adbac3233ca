"""What a microscope makes of a specimen: blur, halos, uneven light and noise."""
