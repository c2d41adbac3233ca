"""What the local runner refuses: it names the feature, and never passes over it."""
# mypy: disable-error-code="untyped-decorator,valid-type"
# ruff: noqa: ARG001 - a component only declares its arguments

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl, kubernetes
from kfp.dsl import ContainerSpec, Dataset, Input, Output, OutputPath

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag import ir
from maskline.pipelines.errors import UnsupportedFeature
from maskline.pipelines.local.executor_input import arguments

Compile = Callable[[Any], Path]


def container() -> ContainerSpec:
    return ContainerSpec(image="maskline/test:1", command=["python3"], args=["{{$}}"])


@dsl.container_component
def make(word: str, items: OutputPath(list), said: OutputPath(str), data: Output[Dataset]) -> ContainerSpec:
    return container()


@dsl.container_component
def take(word: str) -> ContainerSpec:
    return container()


@dsl.container_component
def take_list(words: list) -> ContainerSpec:  # type: ignore[type-arg]
    return container()


@dsl.container_component
def take_data(data: Input[Dataset]) -> ContainerSpec:
    return container()


@dsl.container_component
def last() -> ContainerSpec:
    return container()


def uncached(task: Any) -> Any:
    return task.set_caching_options(enable_caching=False)


@dsl.pipeline(name="collected")
def collected() -> None:
    listed = uncached(make(word="x"))
    with dsl.ParallelFor(listed.outputs["items"]) as item:
        made = uncached(make(word=item))
    uncached(take_list(words=dsl.Collected(made.outputs["said"])))


@dsl.pipeline(name="beside-exit-handler")
def beside_exit_handler() -> None:
    with dsl.ExitHandler(uncached(last())):
        uncached(make(word="x"))
    uncached(make(word="y"))


@dsl.pipeline(name="root-placeholder")
def root_placeholder() -> None:
    uncached(take(word=dsl.PIPELINE_ROOT_PLACEHOLDER))


@dsl.pipeline(name="number-condition")
def number_condition(number: int = 3) -> None:
    with dsl.If(number > 2):
        uncached(make(word="x"))


@dsl.pipeline(name="alternative")
def alternative(word: str = "") -> None:
    with dsl.If(word != ""):
        uncached(make(word="x"))
    with dsl.Else():
        uncached(make(word="y"))


@dsl.pipeline(name="artifact-input")
def artifact_input() -> None:
    uncached(take_data(data=uncached(make(word="x")).outputs["data"]))


@dsl.pipeline(name="static-list")
def static_list() -> None:
    with dsl.ParallelFor(["a", "b"]) as item:
        uncached(take(word=item))


@dsl.pipeline(name="text-of-parts")
def text_of_parts(word: str = "x") -> None:
    uncached(take(word=f"a {word}"))


@dsl.pipeline(name="cached")
def cached() -> None:
    make(word="x")


@dsl.pipeline(name="volume")
def volume() -> None:
    kubernetes.mount_pvc(uncached(make(word="x")), pvc_name="disk", mount_path="/data")


@dsl.pipeline(name="secret-in-the-environment")
def secret_in_the_environment() -> None:
    kubernetes.use_secret_as_env(uncached(make(word="x")), "maskline-s3", {"accesskey": "AWS_ACCESS_KEY_ID"})


@dsl.pipeline(name="imported")
def imported() -> None:
    uncached(dsl.importer(artifact_uri="s3://bucket/x", artifact_class=Dataset))


@pytest.mark.parametrize(
    ("pipeline", "named"),
    [
        (collected, "outputs of a loop"),
        (beside_exit_handler, "tasks beside an exit handler"),
        (root_placeholder, "a text put together from parameters"),
        (number_condition, "the condition .* cannot be run locally"),
        (alternative, "the condition .* cannot be run locally"),
        (artifact_input, "'artifacts'"),
        (static_list, "'raw'"),
        (text_of_parts, "a text put together from parameters"),
        (cached, "KFP's cache"),
        (volume, "'pvcMount'"),
        (secret_in_the_environment, "'secretAsEnv'"),
        (imported, "'importer'"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_cannot_be_run_is_named(pipeline: Any, named: str, compile_flow: Compile) -> None:
    with pytest.raises(UnsupportedFeature, match=named):
        ir.load(compile_flow(pipeline))


@dsl.container_component
def placeholder(word: str) -> ContainerSpec:
    return ContainerSpec(image="maskline/test:1", command=["python3"], args=["--word", word])


@dsl.pipeline(name="placeholders")
def placeholders() -> None:
    uncached(placeholder(word="x"))


def test_a_placeholder_other_than_the_whole_input_is_named(compile_flow: Compile) -> None:
    (task,) = ir.load(compile_flow(placeholders)).root.leaves()
    with pytest.raises(UnsupportedFeature, match=r"the placeholder in .*'word'"):
        arguments(task.body, {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no pipelineInfo"),
        ("a: [", "is not YAML"),
        ("a: 1", "no pipelineInfo"),
        ("pipelineInfo: {name: x}\nroot: {dag: {tasks: {a: {componentRef: {name: gone}}}}}", "KeyError"),
        ("pipelineInfo: {name: x}\nroot: 3", "is not a compiled Kubeflow pipeline"),
    ],
)
def test_a_file_that_is_no_pipeline_is_an_error_that_names_it(text: str, named: str, tmp_path: Path) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=rf"{path}.*{named}"):
        ir.load(path)


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"gone\.yaml: No such file"):
        ir.load(tmp_path / "gone.yaml")
