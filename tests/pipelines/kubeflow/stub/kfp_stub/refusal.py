"""A refusal of the server."""


class Refusal(Exception):
    """An HTTP status with what the server says."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said
