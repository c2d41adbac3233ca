"""What is in the images, and that they work as a cluster runs them: unknown user, read-only root, no rights."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from build import SBOMS
from builder import Builder
from revision import Revision
from surroundings import Surroundings
from table import ROOT, read_table

if TYPE_CHECKING:
    from tests.docker.conftest import Container

IMAGES = read_table()
IN_PYTHON = [name for name, image in IMAGES.items() if image.target == "image"]
PYTHON = {"python_version": "3.11", "python_full_version": "3.11.2"}
"""Of the base image, whatever runs the tests."""
STAGES = ["render", "train", "evaluate", "predict"]
Open = Callable[[str], "Container"]


def locked(name: str) -> set[str]:
    """Return the packages of an image's lock that its Python takes."""
    lines = (ROOT / f"locks/{name}.txt").read_text().splitlines()
    asked = [Requirement(line.removesuffix("\\")) for line in lines if "==" in line]
    own = {"detectron2"} if "docker/detectron2" in lines else set()
    return own | {one.name for one in asked if one.marker is None or one.marker.evaluate(PYTHON)}


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_says_what_it_is_and_runs_as_nobody_by_nobodys_command(container: Open, name: str) -> None:
    image = container(name)
    config = json.loads(image.inspect("{{json .Config}}"))

    labels = {key.rpartition(".")[2]: value for key, value in config["Labels"].items()}
    assert labels["title"] == f"maskline/{name}"
    assert labels["description"] == IMAGES[name].description
    assert labels["version"] == Revision.of_checkout().version
    assert labels["revision"].removesuffix("-dirty") == Revision.of_checkout().revision.removesuffix("-dirty")
    assert config["User"] == "10001:10001"
    assert not config["Entrypoint"]


@pytest.mark.parametrize("name", IN_PYTHON)
def test_python_is_the_environments_and_holds_exactly_what_is_locked_and_the_members(
    container: Open, name: str
) -> None:
    code = (
        "import importlib.metadata as m, json, sys\n"
        "print(json.dumps([sys.prefix, sorted(d.name.lower().replace('_', '-') for d in m.distributions())]))"
    )

    prefix, found = json.loads(container(name).python(code))

    members = {f"maskline-{Path(member).name}" for member in IMAGES[name].members}
    assert prefix == "/opt/maskline"
    assert set(found) == locked(name) | members


def test_every_domain_is_drawn_by_what_the_image_holds(container: Open) -> None:
    code = """
        from importlib.metadata import entry_points
        import numpy as np
        for entry in entry_points(group="maskline.render"):
            domain = entry.load()
            sample = domain.open(domain.drawing("demo", {})).draw(0, "train", np.random.default_rng(0))
            print(entry.name, len(sample.annotations) > 0)
    """

    drawn = container("render").python(dedent(code)).splitlines()

    assert sorted(drawn) == sorted(f"{each.name} True" for each in entry_points(group="maskline.render"))


def test_render_draws_and_seals_a_dataset_in_a_folder(container: Open, open_folder: Path) -> None:
    mounted = ["--volume", f"{open_folder}:{open_folder}", "--env", f"MASKLINE_STORE=file://{open_folder}/store"]

    def call(verb: str, outputs: list[str], **parameters: str | int) -> list[str]:
        """Run a verb of the stage and return its outputs."""
        files = {name: open_folder / name for name in outputs}
        given = {
            "parameters": {name: {"outputFile": str(path)} for name, path in files.items()},
            "artifacts": {
                name: {"artifacts": [{"name": name, "uri": f"s3://x/{name}", "custom_path": str(open_folder / name)}]}
                for name in ("dataset", "samples_page")
            },
            "outputFile": str(open_folder / "outputs.json"),
        }
        told = json.dumps({"inputs": {"parameterValues": parameters}, "outputs": given})
        done = container("render").run("python3", "-m", "maskline.render", verb, told, options=mounted)
        assert done.returncode == 0, done.stderr
        return [path.read_text() for path in files.values()]

    form: dict[str, str | int] = {
        "domain": "molecules",
        "preset": "demo",
        "samples": 4,
        "seed": 1,
        "source": "chemicals",
        "overrides": "",
        "images": "",
    }
    uri, plan, parts = call("draw", ["dataset_uri", "plan", "parts"], **form)
    assert json.loads(parts) == []
    call("work", [], plan=plan, part="0-1")  # a pod that comes late finds it done
    assert (open_folder / "samples_page").read_text().startswith("<!doctype html>")

    files = {path.suffix for path in Path(uri.removeprefix("file://")).rglob("*") if path.is_file()}
    assert {".tar", ".json"} <= files


@pytest.mark.parametrize("name", ["train", "predict"])
def test_the_network_is_built_where_there_is_no_gpu(container: Open, name: str) -> None:
    code = (
        "import detectron2, torch, torchvision, maskline.pictures.networks.segmenter\n"
        "boxes = torch.tensor([[0.0, 0, 9, 9], [0, 0, 8, 9]])\n"
        "kept = torchvision.ops.nms(boxes, torch.tensor([0.9, 0.8]), 0.5)\n"
        "print(torch.cuda.is_available(), kept.tolist())"
    )

    assert container(name).python(code) == "False [0]"


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_starts_and_names_its_verbs(container: Open, name: str) -> None:
    done = container(name).run("python3", "-m", f"maskline.{name}")

    assert done.returncode == 2
    assert done.stderr.startswith("error: usage: <verb> <executor input as JSON>")


def test_the_command_line_and_the_store_are_on_path(container: Open) -> None:
    assert "compile" in container("pipelines").run("maskline", "--help").stdout
    assert "4.48" in container("store").run("weed", "version").stdout


@pytest.mark.parametrize("name", IN_PYTHON)
def test_nothing_is_compiled_at_the_start_because_everything_is_already(container: Open, name: str) -> None:
    """A read-only root keeps nothing, so a file without its bytecode would be compiled anew in every pod."""
    code = (
        "import importlib.util as u, pathlib, sys\n"
        "files = pathlib.Path('/opt/maskline/lib').rglob('*.py')\n"
        "late = [f for f in files if not pathlib.Path(u.cache_from_source(f)).exists()]\n"
        "print(len([f for f in late if 'maskline' in f.parts[5:]]), len(late) < 20)"
    )

    assert container(name).python(code) == "0 True"


@pytest.mark.parametrize("name", IN_PYTHON)
def test_no_tool_of_the_build_and_no_certificate_of_this_machine_is_inside(
    container: Open, surroundings: Surroundings, name: str
) -> None:
    image = container(name)
    code = (
        "import hashlib, json, os, shutil\n"
        "bundle = open('/etc/ssl/certs/ca-certificates.crt', 'rb').read()\n"
        "print(json.dumps([hashlib.sha256(bundle).hexdigest(), shutil.which('uv'), os.listdir('/mnt'),\n"
        "    *(os.path.exists(path) for path in ('/opt/maskline/bin/pip', '/run/secrets', '/opt/tools'))]))"
    )

    bundle, *traces = json.loads(image.python(code))

    base = replace(image, image=surroundings.base_image or "python:3.11-slim-bookworm")
    assert bundle == json.loads(base.python(code))[0]
    assert traces == [None, [], False, False, False]
    assert str(surroundings.ca_bundle) not in image.history().replace("target=/etc/ssl/certs/ca-certificates.crt", "")


def test_train_and_predict_differ_in_their_last_layer_only(container: Open) -> None:
    train, predict = (json.loads(container(name).inspect("{{json .RootFS.Layers}}")) for name in ("train", "predict"))

    assert train[:-1] == predict[:-1]
    assert train[-1] != predict[-1]


@pytest.mark.parametrize("name", ["render", "evaluate"])
def test_small_images_are_within_their_budget(container: Open, builder: Builder, name: str) -> None:
    assert builder.size(container(name).image) < IMAGES[name].budget_mb * 1e6


@pytest.mark.parametrize("name", IMAGES)
def test_an_sbom_lists_every_locked_package_and_member(container: Open, name: str) -> None:
    version = container(name).image.rpartition(":")[2]
    bill = json.loads((SBOMS / f"{name}-{version}.cdx.json").read_text())

    components = {component["name"].lower().replace("_", "-") for component in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == f"maskline/{name}"
    assert locked(name) <= components
    assert {f"maskline-{Path(member).name}" for member in IMAGES[name].members} <= components
    assert ("libc6" in components) == (IMAGES[name].target == "image")
    if name == "render":
        assert {"rdkit", "libxrender1"} <= components
