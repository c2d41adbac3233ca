"""detectron2 arrives under its own name, pure, and only from the pinned wheel."""

import importlib.metadata
import importlib.util
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

BACKEND = Path(__file__).parents[2] / "docker/detectron2/repackage.py"
PROJECT = {
    "name": "boxes",
    "version": "1.2",
    "description": "Boxes",
    "license": "Apache-2.0",
    "requires-python": ">=3.11",
    "dependencies": ["numpy", "pillow>=7"],
}


@pytest.fixture(scope="module")
def backend() -> ModuleType:
    spec = importlib.util.spec_from_file_location("repackage", BACKEND)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """Return a folder as an installer leaves it: a package with a compiled part, a stray one, the wheel's metadata."""
    folder = tmp_path / "unpacked"
    for path, text in {
        "boxes/__init__.py": "",
        "boxes/_C.cpython-310-x86_64-linux-gnu.so": "compiled",
        "boxes/__pycache__/__init__.cpython-311.pyc": "compiled",
        "boxes/zoo/base.yaml": "a: 1\n",
        "tools/train.py": "stray\n",
        "other_boxes-1.2.dist-info/METADATA": "Name: other-boxes\nRequires-Dist: numpy<2\n",
        "other_boxes-1.2.dist-info/LICENSE": "the licence\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def fake_registry(folder: Path) -> None:
    """Put a well-formed wheel of the pinned name into `folder`; its bytes are not the pinned ones."""
    with zipfile.ZipFile(folder / "sal_detectron2-0.7.2-cp310-none-any.whl", "w") as wheel:
        described = "sal_detectron2-0.7.2.dist-info"
        wheel.writestr("detectron2/__init__.py", "")
        wheel.writestr(f"{described}/METADATA", "Metadata-Version: 2.1\nName: sal-detectron2\nVersion: 0.7.2\n")
        wheel.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: cp310-none-any\n")
        wheel.writestr(f"{described}/RECORD", "")


def test_the_wheel_holds_the_package_and_its_licence_but_nothing_compiled_and_nothing_stray(
    backend: ModuleType, unpacked: Path, tmp_path: Path
) -> None:
    name = backend.write_wheel(PROJECT, unpacked, tmp_path)

    assert name == "boxes-1.2-py3-none-any.whl"
    assert set(zipfile.ZipFile(tmp_path / name).namelist()) == {
        "boxes/__init__.py",
        "boxes/zoo/base.yaml",
        "boxes-1.2.dist-info/licenses/LICENSE",
        "boxes-1.2.dist-info/METADATA",
        "boxes-1.2.dist-info/WHEEL",
        "boxes-1.2.dist-info/RECORD",
    }


def test_the_metadata_is_the_project_table_and_not_the_pinned_wheels(
    backend: ModuleType, unpacked: Path, tmp_path: Path
) -> None:
    name = backend.write_wheel(PROJECT, unpacked, tmp_path)

    text = zipfile.ZipFile(tmp_path / name).read("boxes-1.2.dist-info/METADATA").decode()
    assert [line for line in text.splitlines() if line.startswith("Requires-Dist")] == [
        "Requires-Dist: numpy",
        "Requires-Dist: pillow>=7",
    ]


def test_the_same_files_give_the_same_wheel(backend: ModuleType, unpacked: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    name = backend.write_wheel(PROJECT, unpacked, first)
    (unpacked / "boxes/__init__.py").touch()
    backend.write_wheel(PROJECT, unpacked, second)

    assert (first / name).read_bytes() == (second / name).read_bytes()


def test_another_sha256_than_the_pinned_one_is_refused_and_named(
    backend: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_registry(tmp_path)
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    pinned = {"wheel": "sal-detectron2==0.7.2", "python": "3.10", "sha256": "0" * 64}

    with pytest.raises(backend.RepackageError, match=r"sal-detectron2==0\.7\.2 with sha256 0{64}(.|\n)*mismatch"):
        backend.fetch(pinned, tmp_path / "unpacked")

    assert not (tmp_path / "unpacked/detectron2").exists()


def test_a_machine_that_cannot_reach_the_registry_is_told_so(
    backend: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    pinned = {"wheel": "sal-detectron2==0.7.2", "python": "3.10", "sha256": "0" * 64}

    with pytest.raises(backend.RepackageError, match=r"sal-detectron2==0\.7\.2 (.|\n)*network was disabled"):
        backend.fetch(pinned, tmp_path / "unpacked")


def test_what_is_installed_is_pure_asks_for_no_old_numpy_and_brings_pointrend() -> None:
    distribution = importlib.metadata.distribution("detectron2")

    files = [str(path) for path in distribution.files or []]
    assert "detectron2/projects/point_rend/roi_heads.py" in files
    assert {path.split("/")[0] for path in files} == {"detectron2", "detectron2-0.7.2.dist-info"}
    assert not [path for path in files if path.endswith((".so", ".pyd"))]

    requires = distribution.requires or []
    assert "opencv-python-headless" in requires
    assert not [line for line in requires if line.startswith("black") or line == "numpy<2"]

    from detectron2 import model_zoo
    from detectron2.projects import point_rend

    assert callable(point_rend.add_pointrend_config)
    assert Path(model_zoo.get_config_file("Base-RCNN-FPN.yaml")).exists()
