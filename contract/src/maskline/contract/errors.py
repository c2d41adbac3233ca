"""Failures a person can act on: each carries one message that names the thing, the value and the rule."""


class MasklineError(Exception):
    """An expected failure. Its text is shown to the user as it is, without a traceback."""


class InvalidInput(MasklineError):
    """A parameter, a config field, a source or a picture does not fit its rule."""


class NoPicture(InvalidInput):
    """A file is no picture of any format that is read; it may be something else altogether."""


class NotFound(MasklineError):
    """Nothing is stored under the given path or URI."""


class AlreadyExists(MasklineError):
    """A create-only write met an object that is there already."""


class Changed(MasklineError):
    """A conditional write met an object that somebody changed since it was read."""


class AccessDenied(MasklineError):
    """The store refuses the keys it was given."""


class Interrupted(MasklineError):
    """The call is not at fault, and the same call may succeed later. Of the others it never does."""


class StoreUnavailable(Interrupted):
    """The store, or a folder of this machine, cannot be reached or cannot hold more."""


class FolderUnavailable(StoreUnavailable):
    """A folder for what is only needed meanwhile cannot be used or cannot hold more; the store may well be there."""


class NotSealed(MasklineError):
    """A prefix holds files but no manifest, so nobody may read it as an artifact."""


class Corrupt(MasklineError):
    """Stored bytes are not the bytes that were written."""


class CategoryMismatch(MasklineError):
    """Two artifacts that should meet were made with different category tables."""


class EmptySplit(MasklineError):
    """A dataset, or the source it would be drawn from, holds nothing in the split asked for."""
