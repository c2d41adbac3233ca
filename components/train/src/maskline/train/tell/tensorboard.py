"""The journal as a file of events, which TensorBoard shows as curves."""

import io
from collections.abc import Sequence

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

from maskline.train.tell.figures import Line, measured

VERSION = "brain.Event:2"
"""What a file of events begins with."""


def events(lines: Sequence[Line]) -> bytes:
    """Return every figure of steps and validations as a scalar `<event>/<figure>`, at the time when it was noted.

    The bytes follow from the lines alone. Those of a longer journal begin with those of its shorter self, so that a
    reader who is at the end of one can go on in the other.
    """
    file = io.BytesIO()
    writer = RecordWriter(file)
    writer.write(Event(wall_time=lines[0]["at"], file_version=VERSION).SerializeToString(deterministic=True))
    for line in lines:
        if line["event"] in {"step", "validation"}:
            writer.write(_scalars(line).SerializeToString(deterministic=True))
    return file.getvalue()


def _scalars(line: Line) -> Event:
    values = [
        Summary.Value(tag=f"{line['event']}/{name}", simple_value=value) for name, value in measured(line).items()
    ]
    return Event(wall_time=line["at"], step=line["step"], summary=Summary(value=values))
