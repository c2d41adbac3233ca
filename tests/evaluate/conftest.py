"""The laboratory in a store of the test's, and the stage's verbs in processes of their own."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from laboratory import SPOILS, Lab, Spoil, install_domain

from maskline.contract.store import Store


@pytest.fixture
def lab(directory_store: Store) -> Lab:
    return Lab(directory_store)


@pytest.fixture
def spoils() -> dict[str, Spoil]:
    """The ways to predict that tests name."""
    return SPOILS


@pytest.fixture
def lab_in() -> Callable[[Store], Lab]:
    """Set up a laboratory in a store of the test's choice."""
    return Lab


@dataclass
class Outcome:
    code: int
    stdout: str
    stderr: str
    outputs: dict[str, str]
    files: dict[str, str]
    metadata: dict[str, dict[str, Any]]


@pytest.fixture
def start(tmp_path: Path) -> Any:
    """Start a verb in a process of its own."""

    def run(verb: str, outputs: list[str], artifacts: dict[str, str], **parameters: Any) -> Outcome:
        out = tmp_path / "out"
        executor_input = {
            "inputs": {"parameterValues": parameters},
            "outputs": {
                "outputFile": str(out / "executor_output.json"),
                "parameters": {name: {"outputFile": str(out / "parameters" / name)} for name in outputs},
                "artifacts": {
                    name: {
                        "artifacts": [
                            {
                                "name": name,
                                "uri": f"s3://elsewhere/{name}",
                                "custom_path": str(out / "artifacts" / name),
                                "type": {"schemaTitle": kind},
                                "metadata": {},
                            }
                        ]
                    }
                    for name, kind in artifacts.items()
                },
            },
        }
        command = [sys.executable, "-m", "maskline.evaluate", verb, json.dumps(executor_input)]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        described = out / "executor_output.json"
        told = json.loads(described.read_text())["artifacts"] if described.exists() else {}
        return Outcome(
            code=ended.returncode,
            stdout=ended.stdout,
            stderr=ended.stderr,
            outputs={path.name: path.read_text() for path in (out / "parameters").glob("*")},
            files={path.name: path.read_text() for path in (out / "artifacts").glob("*")},
            metadata={name: artifact["artifacts"][0]["metadata"] for name, artifact in told.items()},
        )

    return run


@pytest.fixture
def opinionated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a domain `shapes` that has measures and a reading of its own."""
    install_domain(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
