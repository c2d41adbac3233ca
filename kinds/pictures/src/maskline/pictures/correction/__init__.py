"""What is wrong with masks, put right: holes, fragments, slivers and doubles, in labels and in results alike."""
