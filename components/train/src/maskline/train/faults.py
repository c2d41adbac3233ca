"""How a training can fail, beyond what the contract names."""

from collections.abc import Sequence

from maskline.contract.errors import Interrupted, MasklineError
from maskline.contract.kind.training import TrainingConfig
from maskline.train.schedule import learning_rate


class ProcessLost(Interrupted):
    """A training process ended before its work was done. Another try goes on from the last resume state."""


class Stopped(Interrupted):
    """Somebody asked the training to stop. Another try goes on from the state that it kept."""


class Diverged(MasklineError):
    """The loss is no number any more. Another try would come to the same point."""


def diverged(config: TrainingConfig, step: int, how: str, image_ids: Sequence[int]) -> Diverged:
    """Return the error for a step, counted from 1, that came to what is no number.

    how: what is none.  image_ids: COCO ids of the step's pictures.
    """
    rate, pictures = learning_rate(config, step - 1), ", ".join(map(str, image_ids))
    return Diverged(
        f"training diverged by step {step} of {config.steps}: {how}; is learning_rate = {config.learning_rate} too "
        f"high? It was {rate:.3g} in that step, whose pictures have the ids {pictures}. Lower it, rise to it more "
        f"slowly (warmup = {config.warmup}), or clip the gradient (gradient_clip = {config.gradient_clip})"
    )
