"""MRC2014 and its kin: .mrc, .rec, .map (https://www.ccpem.ac.uk/mrc_format/mrc2014.php, and IMOD's mrc_format.txt)."""
