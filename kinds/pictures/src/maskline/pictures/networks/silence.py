"""What detectron2 0.7 makes newer releases of torch say, which nobody here can mend, is not said."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

MESSAGES = (
    r"`torch\.jit\.script` is deprecated",  # detectron2 declares functions so when it is imported
    r"torch\.meshgrid: in an upcoming release",  # its anchor generator
)
LOGGER = "torch.fx._symbolic_trace"  # its box pooler asks whether it is traced; torch explains at length that it may be


@contextmanager
def quiet() -> Iterator[None]:
    """Keep these messages, and no others, from being shown for a while."""
    logger = logging.getLogger(LOGGER)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            for message in MESSAGES:
                warnings.filterwarnings("ignore", message=message)
            yield
    finally:
        logger.setLevel(level)
