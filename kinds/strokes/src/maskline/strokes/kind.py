"""Strokes as the stages ask for them, part by part; none of it loads torch before it must."""

from maskline.strokes.evaluation.entry import evaluation
from maskline.strokes.exchange.entry import exchange
from maskline.strokes.prediction.entry import prediction
from maskline.strokes.records import records
from maskline.strokes.training.entry import training

__all__ = ["evaluation", "exchange", "prediction", "records", "training"]
