"""How a training can fail, beyond what the contract names."""

from maskline.contract.errors import Interrupted, MasklineError


class ProcessLost(Interrupted):
    """A training process ended before its work was done. Another try goes on from the last resume state."""


class Stopped(Interrupted):
    """Somebody asked the training to stop. Another try goes on from the state that it kept."""


class Diverged(MasklineError):
    """The loss is no number any more. Another try would come to the same point."""
