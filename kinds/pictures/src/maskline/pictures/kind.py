"""Pictures with masks as the stages ask for them, part by part; none of it loads torch before it must."""

from maskline.pictures.evaluation.entry import evaluation
from maskline.pictures.exchange.entry import exchange
from maskline.pictures.prediction.entry import prediction
from maskline.pictures.records import records
from maskline.pictures.training.entry import training

__all__ = ["evaluation", "exchange", "prediction", "records", "training"]
