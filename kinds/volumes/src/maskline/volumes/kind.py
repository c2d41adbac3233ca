"""Volumes as the stages ask for them, part by part; none of it loads torch before it must."""

from maskline.volumes.evaluation.entry import evaluation
from maskline.volumes.exchange.entry import exchange
from maskline.volumes.prediction.entry import prediction
from maskline.volumes.records import records
from maskline.volumes.training.entry import training

__all__ = ["evaluation", "exchange", "prediction", "records", "training"]
