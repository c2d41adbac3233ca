"""Experiments: where a server keeps runs that belong together."""

import re
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import AlreadyThere, ServerRefused
from maskline.pipelines.kubeflow.versions import equals

_NAME = re.compile(r"[^%+\s](?:[^%+\n]{0,98}[^%+\s])?")


def check_experiment_name(name: str) -> str:
    """Return `name`.  Raises InvalidInput for one that a server would not find again."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"experiment '{name}': it must be 1 to 100 letters, without % and + and spaces around it")
    return name


def find_experiment(server: Server, name: str) -> str:
    """Return the id of the experiment of this name, "" if the server has none.

    Raises ServerRefused for an archived one: the server would take a run into it, and nobody would see the run.
    """
    found = server.every(
        f"look for the experiment '{name}'",
        server.experiments.experiment_service_list_experiments,
        "experiments",
        namespace=server.namespace,
        filter=equals("display_name", name),
    )
    named: list[Any] = [experiment for experiment in found if experiment.display_name == name]
    if named and named[0].storage_state == "ARCHIVED":
        raise ServerRefused(f"experiment '{name}' is archived on {server.endpoint}: restore it there, or name another")
    return str(named[0].experiment_id) if named else ""


def make_experiment(server: Server, name: str) -> str:
    """Return the id of the experiment of this name, which is created if the server has none."""
    found = find_experiment(server, name)
    if found:
        return found
    body = server.models.V2beta1Experiment(display_name=name, namespace=server.namespace)
    try:
        created = server.ask(
            f"create the experiment '{name}'", server.experiments.experiment_service_create_experiment, body
        )
    except AlreadyThere:  # another was faster
        return find_experiment(server, name)
    return str(created.experiment_id)
