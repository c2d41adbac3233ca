"""A Kubeflow Pipelines server: where it is, who asks, and the one way by which everything is asked."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from maskline.contract.errors import InvalidInput
from maskline.pipelines.kubeflow.server.failures import explained
from maskline.pipelines.kubeflow.server.health import Health, read_health

_TIMEOUT_S = (10, 60)  # to connect, between two bytes of the answer
_PAGE = 100


@dataclass(frozen=True)
class Place:
    """Where a server is and who asks."""

    endpoint: str
    """Address below which `/apis/v2beta1` answers: the API's own, or that of the UI, which passes it on."""
    namespace: str = ""
    """Where things belong on a server of several users."""
    token_file: Path | None = None
    """Holds the bearer token; read before every request, because whoever wrote it may renew it."""
    ca_file: Path | None = None
    """Certificates (PEM) that the server's may be signed by, instead of the public ones."""

    def check(self) -> None:
        """Raise InvalidInput for an address or a file that cannot be right, before anything is sent."""
        if not self.endpoint:
            raise InvalidInput("no server is named: give --endpoint, or set MASKLINE_KFP_ENDPOINT")
        try:
            parts = urlsplit(self.endpoint)
            fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            fits = False
            parts = urlsplit("")
        if not fits or parts.username or parts.query or parts.fragment:
            raise InvalidInput(f"--endpoint {parts.hostname or self.endpoint}: it must be http(s)://host[:port][/path]")
        if self.ca_file and not self.ca_file.is_file():
            raise InvalidInput(f"--ca-file {self.ca_file}: no such file")
        if self.token_file:
            read_token(self.token_file)


def read_token(path: Path) -> str:
    """Return the token in a file.  Raises InvalidInput, which never shows what the file holds."""
    try:
        token = path.read_text("latin-1").strip()
    except OSError as error:
        raise InvalidInput(f"--token-file {path}: {error.strerror}") from None
    if not token:
        raise InvalidInput(f"--token-file {path}: it is empty")
    if not all("!" <= letter <= "~" for letter in token):
        raise InvalidInput(f"--token-file {path}: it must hold one token and nothing else")
    return token


class Server:
    """A connected server."""

    def __init__(self, place: Place) -> None:
        """Connect; nothing is sent but the question how the server is.

        Raises InvalidInput, ServerUnavailable, or ServerRefused where something else than KFP's API answers.
        """
        place.check()
        api = sdk()
        client = self._client = api.ApiClient(_configuration(place))
        self.endpoint = place.endpoint.rstrip("/")
        self.models = api
        self.pipelines = api.PipelineServiceApi(client)
        self.uploads = api.PipelineUploadServiceApi(client)
        self.experiments = api.ExperimentServiceApi(client)
        self.runs = api.RunServiceApi(client)
        self.schedules = api.RecurringRunServiceApi(client)
        self.health: Health = read_health(self.endpoint, client, _TIMEOUT_S)
        if self.health.multi_user and not place.namespace:
            raise InvalidInput(
                f"{self.endpoint} is a server of several users: name your namespace with --namespace, or set "
                "MASKLINE_KFP_NAMESPACE"
            )
        # A server of one user keeps everything in one place and is told of no namespace.
        self.namespace = place.namespace if self.health.multi_user else None

    def ask(self, doing: str, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Call a method of the SDK.  doing: what it does, with a verb, for messages."""
        with explained(self.endpoint, doing, self._client.configuration.api_key):
            answer = function(*arguments, _request_timeout=_TIMEOUT_S, **named)
            # The SDK takes a page of HTML for an answer that holds nothing: an empty list, say.
            json.loads(self._client.last_response.data)
            return answer

    def text(self, doing: str, path: str, query: Mapping[str, str] = MappingProxyType({})) -> str:
        """Return what the server has at a path that the SDK has no method for.  doing: as in `ask`."""
        with explained(self.endpoint, doing, self._client.configuration.api_key):
            answer = self._client.call_api(
                path, "GET", query_params=dict(query), auth_settings=["Bearer"], _preload_content=False,
                _request_timeout=_TIMEOUT_S,
            )  # fmt: skip
            data: bytes = answer.data
            return data.decode("utf-8", "replace")

    def every(self, doing: str, function: Callable[..., Any], field: str, **named: Any) -> list[Any]:
        """Return everything that a listing method has, page after page.  field: where its answer keeps the things."""
        found: list[Any] = []
        token = ""
        while True:
            page = self.ask(doing, function, page_size=_PAGE, page_token=token, **named)
            found += getattr(page, field) or []
            token = page.next_page_token or ""
            if not token:
                return found


def sdk() -> Any:
    """Return the SDK's module.  Raises InvalidInput when it is not installed."""
    try:
        import kfp_server_api
    except ModuleNotFoundError as error:
        raise InvalidInput(
            f"talking to Kubeflow needs the extra maskline-pipelines[kfp]: no module '{error.name}'"
        ) from None
    return kfp_server_api


def _configuration(place: Place) -> Any:
    import urllib3

    configuration = sdk().Configuration(host=place.endpoint.rstrip("/"))
    # Questions are asked again after a short pause; what changes something is sent once. No redirect is followed: it
    # leads to a login page, whose HTML the SDK would take for an answer, and it may lead the token astray.
    configuration.retries = urllib3.Retry(
        3, other=0, redirect=0, raise_on_redirect=False, backoff_factor=0.2, status_forcelist=(502, 503, 504),
        raise_on_status=False, allowed_methods=("GET",),
    )  # fmt: skip
    if place.ca_file:
        configuration.ssl_ca_cert = str(place.ca_file)
    if place.token_file:
        configuration.api_key["authorization"] = "read before every request"
        configuration.api_key_prefix["authorization"] = "Bearer"
        configuration.refresh_api_key_hook = functools.partial(_renew, path=place.token_file)
    return configuration


def _renew(configuration: Any, path: Path) -> None:
    configuration.api_key["authorization"] = read_token(path)
