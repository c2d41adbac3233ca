"""How far the detections above the score threshold agree with the truth, by the measures of those who count cells."""
