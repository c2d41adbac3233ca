"""What the server keeps, and the rules by which it takes things in."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from kfp_stub.bodies import faults
from kfp_stub.refusal import Refusal

Thing = dict[str, Any]
_DAWN = datetime(2026, 1, 1, tzinfo=UTC)


class State:
    """Pipelines, versions, experiments, runs and recurring runs, each by its id."""

    def __init__(self) -> None:
        self.multi_user = False
        self.pipelines: dict[str, Thing] = {}
        self.versions: dict[str, Thing] = {}
        self.experiments: dict[str, Thing] = {}
        self.runs: dict[str, Thing] = {}
        self.schedules: dict[str, Thing] = {}
        self._seconds = 0

    def add_pipeline(self, body: Thing) -> Thing:
        self._check("V2beta1Pipeline", body)
        self._check_namespace(body)
        name = body.get("name") or body.get("display_name")
        if not name:
            raise Refusal(400, "Pipeline's name cannot be empty")
        if any(there["name"] == name for there in self.pipelines.values()):
            raise Refusal(409, f"Already exist error: Failed to create a new pipeline. The name {name} already exists.")
        return self._keep(self.pipelines, "pipeline_id", {"display_name": name, **body, "name": name})

    def add_version(self, query: dict[str, str], file_name: str, text: str) -> Thing:
        pipeline = self.find(self.pipelines, query.get("pipelineid", ""))
        documents = list(yaml.load_all(text, yaml.CSafeLoader))
        if "pipelineInfo" not in documents[0]:
            raise Refusal(400, "Failed to read a pipeline spec file")
        name = query.get("name") or file_name
        ours = [version for version in self.versions.values() if version["pipeline_id"] == pipeline["pipeline_id"]]
        if any(version["name"] == name for version in ours):
            raise Refusal(409, "Failed to create a pipeline version")
        spec = {"pipeline_spec": documents[0], "platform_spec": documents[1]} if documents[1:] else documents[0]
        version = {
            "pipeline_id": pipeline["pipeline_id"],
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
            raise Refusal(400, "Experiment name is empty")
        if any(there["display_name"] == body["display_name"] for there in self.experiments.values()):
            raise Refusal(409, f"Experiment {body['display_name']} already exists")
        return self._keep(self.experiments, "experiment_id", body | {"storage_state": "AVAILABLE"})

    def add_run(self, body: Thing) -> Thing:
        self._check("V2beta1Run", body)
        self._check_work(body)
        return self._keep(self.runs, "run_id", body | {"state": "PENDING"})

    def add_schedule(self, body: Thing) -> Thing:
        self._check("V2beta1RecurringRun", body)
        self._check_work(body)
        if not 1 <= int(body.get("max_concurrency", 0)) <= 10:
            raise Refusal(400, "The max concurrency of the recurring run is out of range. Support 1-10")
        cron = body.get("trigger", {}).get("cron_schedule", {}).get("cron", "")
        if len(cron.split()) not in {5, 6}:  # it takes five, and misreads them
            raise Refusal(400, f"Schedule cron is not a supported format: {cron}")
        if body.get("mode") not in {"ENABLE", "DISABLE"}:
            raise Refusal(400, "The mode of the recurring run is not given")
        # Its database holds 255 letters where it was made by an older server.
        if len(body.get("description", "")) > 255:
            raise Refusal(500, "Data too long for column 'Description'")
        status = "ENABLED" if body["mode"] == "ENABLE" else "DISABLED"
        return self._keep(self.schedules, "recurring_run_id", body | {"status": status})

    def switch(self, schedule: str, mode: str) -> None:
        found = self.find(self.schedules, schedule)
        found |= {"mode": mode, "status": f"{mode}D"}

    def find(self, things: dict[str, Thing], name: str) -> Thing:
        if name not in things:
            raise Refusal(404, f"ResourceNotFoundError: {name} not found")
        return things[name]

    def named(self, things: dict[str, Thing], name: str) -> Iterator[Thing]:
        return (thing for thing in things.values() if thing["display_name"] == name)

    def _check(self, model: str, body: Thing) -> None:
        wrong = faults(model, body)
        if wrong:
            raise Refusal(400, "; ".join(wrong))

    def _check_namespace(self, body: Thing) -> None:
        if self.multi_user and not body.get("namespace"):
            raise Refusal(400, "Invalid input error: namespace cannot be empty in multi-user mode")

    def _check_work(self, body: Thing) -> None:
        if not body.get("display_name"):
            raise Refusal(400, "The name is empty")
        self.find(self.experiments, body.get("experiment_id", ""))
        reference = body.get("pipeline_version_reference", {})
        self.find(self.pipelines, reference.get("pipeline_id", ""))
        ours = [thing for thing in self.versions.values() if thing["pipeline_id"] == reference["pipeline_id"]]
        version = reference.get("pipeline_version_id") or ours[-1]["pipeline_version_id"]
        spec = self.find(self.versions, version)["pipeline_spec"]
        known = spec.get("pipeline_spec", spec)["root"].get("inputDefinitions", {}).get("parameters", {})
        given = body.get("runtime_config", {}).get("parameters", {})
        for name in given:
            if name not in known:
                raise Refusal(400, f"Unknown parameter {name}")

    def _keep(self, things: dict[str, Thing], key: str, thing: Thing) -> Thing:
        self._seconds += 1
        made = (_DAWN + timedelta(seconds=self._seconds)).isoformat().replace("+00:00", "Z")
        things[str(uuid.uuid4())] = thing
        thing |= {key: list(things)[-1], "created_at": made}
        return thing
