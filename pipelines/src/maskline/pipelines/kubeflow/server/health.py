"""How a server is: its version, whether several users share it, and whether it understands what the SDK compiled."""

import json
import re
from dataclasses import dataclass
from typing import Any

from maskline.pipelines.kubeflow.server.failures import (
    NotKnown,
    OlderServer,
    ServerUnavailable,
    explained,
    not_kubeflow,
)


@dataclass(frozen=True)
class Health:
    """What a server says of itself."""

    tag: str  # "2.17.0"; "" or "unknown" in builds that were given none
    multi_user: bool
    is_ui: bool
    """Whether it is the UI that answers, and passes the API on."""


def read_health(endpoint: str, client: Any, timeout: tuple[int, int]) -> Health:
    """Ask a server how it is.

    The SDK's model leaves the version out, so the answer is read as it came. The UI has names of its own for it.
    Raises ServerUnavailable, or ServerRefused where something else than KFP's API answers.
    """
    import kfp_server_api

    try:
        with explained(endpoint, "tell how it is", client.configuration.api_key):
            kfp_server_api.HealthzServiceApi(client).healthz_service_get_healthz(_request_timeout=timeout)
        answer = json.loads(client.last_response.data)
    except NotKnown as error:
        raise not_kubeflow(endpoint, f"{endpoint}/apis/v2beta1/healthz is not found") from error
    except ValueError:
        answer = None
    if isinstance(answer, dict) and answer.get("apiServerReady") is False:
        raise ServerUnavailable(f"{endpoint} is Kubeflow's UI, and the API behind it does not answer")
    if not isinstance(answer, dict) or "multi_user" not in answer:
        raise not_kubeflow(endpoint, f"{endpoint}/apis/v2beta1/healthz answers something else")
    tag = answer.get("tag_name") or answer.get("apiServerTagName") or ""
    return Health(str(tag), bool(answer["multi_user"]), "apiServerReady" in answer)


def check_skew(health: Health, compiled_by: str) -> str:
    """Return a remark about the server's version, "" if there is nothing to say.

    compiled_by: `sdkVersion` of a compiled pipeline, "kfp-2.17.0".  A newer server reads what an older SDK wrote.
    An older server drops the fields that it does not know: the request for a GPU was one (SDK 2.10 on a server 2.4:
    https://github.com/kubeflow/pipelines/issues/11374), and training runs for days on a processor. So that is refused.
    Raises OlderServer.
    """
    server, sdk = _minor(health.tag), _minor(compiled_by)
    if not server:
        return f"the server does not tell its version ('{health.tag}'): it should be {_dotted(sdk)} or newer"
    if sdk and server < sdk:
        raise OlderServer(
            f"the server is version {health.tag}, but the pipeline was compiled by {compiled_by}: an older server "
            "drops settings that it does not know, the GPU among them, without a word; upgrade it, or go on with "
            "--allow-older-server"
        )
    return ""


def _minor(version: str) -> tuple[int, int] | None:
    match = re.search(r"(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else None


def _dotted(version: tuple[int, int] | None) -> str:
    return ".".join(map(str, version)) if version else "that of the SDK"
