"""`maskline compile`: what it writes, and what it refuses."""

from pathlib import Path

import yaml
from typer.testing import CliRunner, Result

from maskline.pipelines.command_line import app


def maskline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_compile_check_passes_on_the_committed_files() -> None:
    assert maskline("compile", "--check").exit_code == 0


def test_compile_set_writes_a_stamped_copy_of_the_pipeline_that_is_named(tmp_path: Path) -> None:
    output = tmp_path / "mine.yaml"
    for words, name in ((["compile"], "train-and-evaluate"), (["compile", "retrain"], "retrain")):
        assert maskline(*words, "--set", "registry=registry.example.org", "--output", output).exit_code == 0
        assert "image: registry.example.org/train:" in output.read_text()
        assert f"\n  name: {name}\n" in output.read_text()
    for alone in (["--set", "registry=registry.example.org"], ["--output", str(output)], ["--kubernetes"]):
        assert maskline("compile", *alone).stderr.startswith("error: --set and --output belong together")


def test_compile_kubernetes_writes_objects_to_apply(tmp_path: Path) -> None:
    output = tmp_path / "mine.yaml"
    words = ("--set", "registry=registry.example.org", "--kubernetes", "--output", output)
    assert maskline("compile", "predict", *words).exit_code == 0
    kinds = [document["kind"] for document in yaml.safe_load_all(output.read_text())]
    assert kinds == ["Pipeline", "PipelineVersion"]
    assert "image: registry.example.org/predict:" in output.read_text()
