"""The hand that draws: how lines that are meant become strokes of a pen."""
