"""What the server keeps, and the rules by which it takes things in."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from kfp_stub.argo import Workflow
from kfp_stub.bodies import faults
from kfp_stub.refusal import Refusal

Thing = dict[str, Any]
NEVER = "1970-01-01T00:00:00Z"
"""How the server writes a time that is not there yet."""
_DAWN = datetime(2026, 1, 1, tzinfo=UTC)
_HOME = "kubeflow"  # the namespace of a server of one user
_TYPES = {"STRING": str, "NUMBER_INTEGER": int | float, "NUMBER_DOUBLE": int | float, "BOOLEAN": bool, "LIST": list}
_NUMBER = "double or integer, but the parameter value is not of number value type"
_WORDS = {
    "STRING": "string, but the input parameter is not of string value type",
    "NUMBER_INTEGER": _NUMBER,
    "NUMBER_DOUBLE": _NUMBER,
    "BOOLEAN": "bool, but the input parameter is not of bool value type",
    "LIST": "list, but the input parameter is not of list value type",
}


class State:
    """Pipelines, versions, experiments, runs and recurring runs, each by its id."""

    def __init__(self) -> None:
        self.multi_user = False
        self.pipelines: dict[str, Thing] = {}
        self.versions: dict[str, Thing] = {}
        self.experiments: dict[str, Thing] = {}
        self.runs: dict[str, Thing] = {}
        self.schedules: dict[str, Thing] = {}
        self.workflows: dict[str, Workflow] = {}
        """What Argo has of runs, by their ids."""
        self.older: dict[str, Thing] = {}
        """What the older API says of runs, where it is recorded."""
        self.logs: dict[str, str] = {}
        """Logs of runs that have no workflow here, by the ids of their nodes."""
        self.deleted: dict[str, str] = {}
        """Recurring runs that are gone, and what was to become of their runs."""
        self._seconds = 0
        about = "All runs created without specifying an experiment will be grouped here."
        self.add_experiment({"display_name": "Default", "description": about})

    def add_pipeline(self, body: Thing) -> Thing:
        self._check("V2beta1Pipeline", body)
        self._check_namespace(body)
        name = body.get("name") or body.get("display_name")
        if not name:
            raise Refusal(400, "name is required")
        _check_length("Pipeline.Name", name, 128)
        _refuse_double("pipeline", "name", name, self.pipelines)
        return self._keep(self.pipelines, "pipeline_id", {"display_name": name, **body, "name": name})

    def add_version(self, query: dict[str, str], file_name: str, text: str) -> Thing:
        failed = "Failed to create a pipeline version"
        if query.get("pipelineid", "") not in self.pipelines:
            raise Refusal(400, failed, form="upload")
        name = query.get("name") or query.get("display_name") or file_name
        if len(name) > 127:
            raise Refusal(400, "Invalid input error: PipelineVersion.Name length cannot exceed 127\n", form="text")
        documents = list(yaml.load_all(text, yaml.CSafeLoader))
        if "pipelineInfo" not in documents[0]:
            raise Refusal(400, "unknown template format", form="upload")
        ours = [version for version in self.versions.values() if version["pipeline_id"] == query["pipelineid"]]
        if any(version["name"] == name for version in ours):
            raise Refusal(409, failed, form="upload")
        spec = {"pipeline_spec": documents[0], "platform_spec": documents[1]} if documents[1:] else documents[0]
        version = {
            "pipeline_id": query["pipelineid"],
            "name": name,
            "display_name": query.get("display_name") or name,
            "description": query.get("description", ""),
            "pipeline_spec": spec,
        }
        return self._keep(self.versions, "pipeline_version_id", version)

    def add_experiment(self, body: Thing) -> Thing:
        self._check("V2beta1Experiment", body)
        self._check_namespace(body)
        if not body.get("display_name"):
            raise Refusal(500, "Experiment must have a non-empty name")
        _check_length("Experiment.Name", body["display_name"], 128)
        _refuse_double("experiment", "display_name", body["display_name"], self.experiments)
        kept = body | {"storage_state": "AVAILABLE", "last_run_created_at": NEVER}
        return self._keep(self.experiments, "experiment_id", kept)

    def add_run(self, body: Thing) -> Thing:
        self._check("V2beta1Run", body)
        self._check_work(body)
        kept = body | {"storage_state": "AVAILABLE", "service_account": "pipeline-runner", "finished_at": NEVER}
        run = self._keep(self.runs, "run_id", kept | {"state": "PENDING"})
        self.experiments[run["experiment_id"]]["last_run_created_at"] = run["created_at"]
        history = [{"update_time": run["created_at"], "state": "PENDING"}]
        run |= {"scheduled_at": run["created_at"], "state_history": history}
        return run

    def add_schedule(self, body: Thing) -> Thing:
        self._check("V2beta1RecurringRun", body)
        self._check_work(body)
        if not 1 <= int(body.get("max_concurrency", 0)) <= 10:
            bounds = "Max concurrency of a recurring run must be at least 1 and at most 10."
            raise Refusal(400, f"{bounds} Received {body.get('max_concurrency', 0)}")
        cron = body.get("trigger", {}).get("cron_schedule", {}).get("cron", "")
        if len(cron.split()) not in {5, 6}:  # it takes five, and misreads them
            form = "Schedule cron is not a supported format(https://godoc.org/github.com/robfig/cron)."
            fields = f"Expected 5 to 6 fields, found {len(cron.split())}"
            raise Refusal(400, f"{form} Error: {'Unrecognized descriptor' if cron[:1] == '@' else fields}: {cron}")
        if len(body.get("description", "")) > 255:  # of which its documentation says nothing
            raise Refusal(500, "Data too long for column 'Description' at row 1")
        mode = "ENABLE" if body.get("mode") == "ENABLE" else "DISABLE"
        pinned = body["pipeline_version_reference"].get("pipeline_version_id")
        given = {"mode": mode, "status": f"{mode}D"} | ({"service_account": "pipeline-runner"} if pinned else {})
        schedule = self._keep(self.schedules, "recurring_run_id", {"namespace": _HOME} | body | given)
        schedule["updated_at"] = schedule["created_at"]
        return schedule

    def switch(self, schedule: str, mode: str) -> None:
        found = self.find(self.schedules, schedule)
        found |= {"mode": mode, "status": f"{mode}D", "updated_at": self._now()}

    def delete(self, schedule: str, policy: str) -> None:
        del self.schedules[self.find(self.schedules, schedule)["recurring_run_id"]]
        self.deleted[schedule] = policy

    def find(self, things: dict[str, Thing], name: str) -> Thing:
        kinds = {"pipelines": "Pipeline", "versions": "PipelineVersion", "experiments": "Experiment", "runs": "Run"}
        if name not in things:
            kind = next((kind for field, kind in kinds.items() if getattr(self, field) is things), "Job")
            raise Refusal(404, f"{kind} {name} not found")
        return things[name]

    def named(self, things: dict[str, Thing], name: str) -> Iterator[Thing]:
        return (thing for thing in things.values() if thing["display_name"] == name)

    def _check(self, model: str, body: Thing) -> None:
        wrong = faults(model, body)
        if wrong:
            raise Refusal(400, "; ".join(wrong), form="proto")

    def _check_namespace(self, body: Thing) -> None:
        if self.multi_user and not body.get("namespace"):
            raise Refusal(400, "namespace cannot be empty in multi-user mode")

    def _check_work(self, body: Thing) -> None:
        if not body.get("display_name"):
            raise Refusal(500, "Run name cannot be empty")
        if len(body["display_name"]) > 255:  # too late: the workflow has begun by then
            raise Refusal(500, "Data too long for column 'DisplayName' at row 1")
        if body.get("experiment_id"):  # without one, a server of one user takes the experiment "Default"
            self.find(self.experiments, body["experiment_id"])
        elif self.multi_user:
            raise Refusal(400, "Experiment id can not be empty in multi-user mode")
        body.setdefault("experiment_id", next(iter(self.experiments)))
        spec = self._version(body.get("pipeline_version_reference", {}))["pipeline_spec"]
        known = spec.get("pipeline_spec", spec)["root"].get("inputDefinitions", {}).get("parameters", {})
        _check_parameters(known, body.get("runtime_config", {}).get("parameters", {}))

    def _version(self, reference: Thing) -> Thing:
        """Return the version that a run is to have; the newest of its pipeline, if none is named."""
        pipeline, version = reference.get("pipeline_id", ""), reference.get("pipeline_version_id")
        ours = [thing for thing in self.versions.values() if thing["pipeline_id"] == pipeline]
        found = self.versions.get(version) if version else next(reversed(ours), None)
        if found not in ours:  # it takes all of this for a failure of its own
            raise Refusal(500, f"Failed to fetch a template: pipeline {pipeline}, version {version}")
        assert found
        return found

    def _keep(self, things: dict[str, Thing], key: str, thing: Thing) -> Thing:
        things[str(uuid.uuid4())] = thing
        thing |= {key: list(things)[-1], "created_at": self._now()}
        return thing

    def _now(self) -> str:
        self._seconds += 1
        return (_DAWN + timedelta(seconds=self._seconds)).isoformat().replace("+00:00", "Z")


def _check_length(field: str, value: str, most: int) -> None:
    if len(value) > most:
        raise Refusal(500, f"{field} length cannot exceed {most}")


def _refuse_double(kind: str, field: str, name: str, there: dict[str, Thing]) -> None:
    if any(thing[field] == name for thing in there.values()):
        exist = "exist" if kind == "pipeline" else "exists"
        raise Refusal(409, f"Failed to create a new {kind}. The name {name} already {exist}. Please specify a new name")


def _check_parameters(known: dict[str, Thing], given: dict[str, Any]) -> None:
    for name, value in given.items():
        if name not in known:
            raise Refusal(400, f"parameter(s) provided are not required by pipeline: {name}")
        kind = known[name]["parameterType"]
        if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "BOOLEAN"):
            raise Refusal(400, f"input parameter {name} requires type {_WORDS[kind]}")
    for name, parameter in known.items():
        if name not in given and not parameter.get("isOptional") and parameter.get("defaultValue") is None:
            value = "yet has neither default value nor user provided value"
            raise Refusal(400, f"parameter {name} is not optional, {value}")
