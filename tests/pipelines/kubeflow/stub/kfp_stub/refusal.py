"""A refusal of the server, and how it words it."""

from typing import Any, Literal

Form = Literal["grpc", "proto", "upload", "text"]
_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 6, 500: 13, 503: 14}  # gRPC's, which the API is made with
_TRACE = "\ngithub.com/kubeflow/pipelines/backend/src/apiserver/server.(*PipelineUploadServer).uploadPipelineVersion"


class Refusal(Exception):
    """An HTTP status with what the server says.

    form: how it says so.  Most of the API speaks gRPC's way; what cannot even be read has no details; uploads have a
    way of their own, with a trace of the stack, and names that are too long a third one.
    """

    def __init__(self, status: int, said: str, *, form: Form = "grpc", code: int = 0) -> None:
        super().__init__(said)
        self.status = status
        self.said = said
        self._form = "text" if said.startswith("<") else form  # HTML is that of whatever stands before the server
        self._code = code or _CODES.get(status, 2)

    @property
    def answer(self) -> Any:
        """Return the body."""
        if self._form == "text":
            return self.said
        if self._form == "upload":
            return {"error_message": self.said, "error_details": self.said + _TRACE}
        if self._form == "proto":
            return {"code": self._code, "message": f"proto: {self.said}"}
        detail = {
            "@type": "type.googleapis.com/google.rpc.Status",
            "code": self._code,
            "message": self.said if self.status < 500 else "Internal Server Error",
        }
        return {"code": self._code, "message": self.said, "details": [detail]}
