"""A refusal of the server, and how it words it."""

from typing import Any

_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 6, 500: 13, 503: 14}  # gRPC's, which the API is made with


class Refusal(Exception):
    """An HTTP status with what the server says."""

    def __init__(self, status: int, said: str, *, upload: bool = False, code: int = 0) -> None:
        super().__init__(said)
        self.status = status
        self.said = said
        self._upload = upload
        self._code = code or _CODES.get(status, 2)

    @property
    def answer(self) -> Any:
        """Return the body: HTML is that of whatever stands before the server."""
        if self.said.startswith("<"):
            return self.said
        if self._upload:  # not gRPC's; with a trace of Go's stack
            trace = "\ngithub.com/kubeflow/pipelines/backend/src/apiserver/server.(*PipelineUploadServer)"
            return {"error_message": self.said, "error_details": self.said + trace}
        detail = {"@type": "type.googleapis.com/google.rpc.Status", "code": self._code, "message": self.said}
        return {"error": self.said, "code": self._code, "message": self.said, "details": [detail]}
