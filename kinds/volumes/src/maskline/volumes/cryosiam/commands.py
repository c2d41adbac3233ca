"""`maskline tomograms`: what the command line offers of CryoSiam's commands.  Importing it loads nothing heavy."""

from collections.abc import Iterator
from pathlib import Path

from maskline.contract.kind.command import Command, CommandGroup, OpenModel


def instance_predict(config_file: Path, filename: str, open_model: OpenModel) -> Iterator[str]:
    """Load what it takes, and predict."""
    from maskline.volumes.cryosiam.predicting import predict

    return predict(config_file, filename, open_model)


def instance_filter(config_file: Path, filename: str, open_model: OpenModel) -> Iterator[str]:
    """Load what it takes, and filter."""
    from maskline.volumes.cryosiam.filtering import keep_touching

    del open_model
    return keep_touching(config_file, filename)


GROUP = CommandGroup(
    "CryoSiam's commands, by its configuration files as they are.",
    "maskline-volumes[predict]",
    {
        "instance_predict": Command(
            "Find the instances in tomograms: labels and their regions, in prediction_folder.", instance_predict
        ),
        "instance_filter": Command(
            "Keep the instances that touch semantic labels, in <prediction_folder>_filtered.", instance_filter
        ),
    },
)
