"""Labelled 1-D signals, as small a kind as networks can learn from: at which of eight places is the peak?"""

from typing import cast

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.training import Learner, Spec, Training, TrainingConfig

PLACES = 8


class SignalTraining(TrainingConfig):
    """How a network of signals is trained."""

    hidden: int


class SignalSpec(Spec):
    """A network of two layers."""

    hidden: int


class Signals(Training):
    """What need not be said of signals is as the stage has it."""

    modules = ("signals",)
    libraries = ("safetensors",)
    training_config = SignalTraining
    presets = "signals"

    def spec(self, config: TrainingConfig, categories: CategoryTable) -> SignalSpec:
        hidden = cast("SignalTraining", config).hidden
        return SignalSpec(architecture="two-layers", categories=categories, hidden=hidden)

    def learner(self, spec: Spec, config: TrainingConfig) -> Learner:
        from signals.learner import SignalLearner

        del config
        return SignalLearner(cast("SignalSpec", spec).hidden)


training = Signals()
