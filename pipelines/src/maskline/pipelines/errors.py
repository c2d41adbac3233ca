"""Failures of the local runner."""

from maskline.contract.errors import MasklineError


class UnsupportedFeature(MasklineError):
    """The compiled pipeline holds something that the local runner cannot run; a cluster can."""


class TaskFailed(MasklineError):
    """A task failed and will not be tried again."""


class FolderInUse(MasklineError):
    """Another run works in the same folder."""


class EngineUnavailable(MasklineError):
    """No container engine answers here."""


class EngineFailed(MasklineError):
    """The container engine refuses what it is asked; the text is its own."""
