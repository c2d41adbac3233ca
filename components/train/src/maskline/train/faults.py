"""How a training can fail, beyond what the contract names."""

from maskline.contract.errors import MasklineError


class ProcessLost(MasklineError):
    """A training process ended before its work was done. Another try goes on from the last resume state."""


class Diverged(MasklineError):
    """The loss is no number any more. Another try would come to the same point."""
