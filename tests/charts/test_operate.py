"""What docs/operate.md and the notes of the chart tell people to type is what the programs take."""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from maskline.pipelines.command_line import app

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/operate.md").read_text("utf-8")
OURS = "charts/maskline/ci/existing-store.yaml"  # what docs/operate.md begins a values.yaml with


def commands(program: str, text: str) -> Iterator[list[str]]:
    """Yield the command lines of a program in the blocks of a text, without comments."""
    for block in re.findall(r"^ *```sh\n(.+?)^ *```", text, re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == [program]:
                yield [word for word in words[1:] if word != "&"]


MASKLINE = list(commands("maskline", TEXT))


@pytest.mark.parametrize("words", MASKLINE, ids=" ".join)
def test_maskline_knows_the_command_and_its_options(words: list[str]) -> None:
    done = CliRunner().invoke(app, [*words, "--help"])  # an unknown word or option is found before help is shown
    assert done.exit_code == 0, done.output


def test_there_are_commands_to_test() -> None:
    assert {words[0] for words in MASKLINE} == {"artifacts", "champion", "compile", "import", "submit"}
    assert CliRunner().invoke(app, ["champion", "--stroe", "x", "--help"]).exit_code != 0


def test_helm_is_given_values_that_exist_and_a_namespace(
    helm: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    lines = list(commands("helm", TEXT))
    assert [words[0] for words in lines] == ["install", "install", "upgrade", "upgrade", "rollback", "uninstall"]
    for words in lines:
        assert "--namespace" in words, words
        if words[0] in {"install", "upgrade"}:
            assert "--values" in words, words  # without it an upgrade with --set forgets all other values
            done = helm(4, "template", *(OURS if word == "values.yaml" else word for word in words[1:]))
            assert done.returncode == 0, done.stderr


def test_the_secret_has_the_name_and_keys_that_the_tasks_read(tmp_path: Path) -> None:
    (words,) = [words for words in commands("kubectl", TEXT) if words[2:5] == ["create", "secret", "generic"]]
    for key in ("accesskey", "secretkey"):
        (tmp_path / key).write_text("a-key", "utf-8")
    kubectl = ROOT / ".tools/bin/kubectl"
    assert kubectl.exists(), f"{kubectl} is not there: run make chart-tools"
    words = [str(kubectl), *words, "--dry-run=client", "--output=yaml"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path)
    secret = yaml.safe_load(done.stdout)
    assert secret["data"].keys() == {"accesskey", "secretkey", "endpoint", "store"}
    assert secret["metadata"]["name"] == yaml.safe_load((ROOT / OURS).read_text("utf-8"))["s3"]["secretName"]


def test_make_knows_its_targets() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {word for words in commands("make", TEXT) for word in words if word not in {"&&", "make"}}
    assert named <= targets
    assert {"build-images", "kind-load"} <= named
