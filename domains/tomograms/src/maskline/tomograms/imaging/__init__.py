"""What an electron microscope and the reconstruction make of a specimen: contrast, a missing wedge, noise."""
