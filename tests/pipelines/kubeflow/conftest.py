"""A server to talk to, and the commands that talk to it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kfp_stub.commands import Apply, Command
from kfp_stub.life import recorded_pipeline
from kfp_stub.server import Stub, serving
from typer.testing import CliRunner, Result

from maskline.pipelines.command_line import app
from maskline.pipelines.dag import compiled


@pytest.fixture(autouse=True)
def _no_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENDPOINT", "NAMESPACE", "TOKEN_FILE", "CA_FILE"):
        monkeypatch.delenv(f"MASKLINE_KFP_{name}", raising=False)
    monkeypatch.delenv("MASKLINE_SCHEDULE_OWNER", raising=False)


@pytest.fixture
def stub() -> Iterator[Stub]:
    """An empty server of one user."""
    with serving(Stub()) as server:
        yield server


@pytest.fixture
def maskline(stub: Stub) -> Command:
    """Run a command against the server."""

    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(app, [*map(str, words), "--endpoint", stub.endpoint])

    return run


@pytest.fixture
def pipeline() -> str:
    """The pipeline that trains and evaluates."""
    return next(name for name in compiled.names() if name in {"segmenter", "train-and-evaluate"})


@pytest.fixture
def pipelines(stub: Stub) -> list[str]:
    """The pipelines of the recorded runs, on the server."""
    for name in ("train-and-evaluate", "retrain"):
        pipeline = stub.state.add_pipeline({"name": name})
        stub.state.add_version({"pipelineid": pipeline["pipeline_id"]}, f"{name}.yaml", recorded_pipeline(name))
    return [pipeline["name"] for pipeline in stub.state.pipelines.values()]


@pytest.fixture
def registered(maskline: Command, stub: Stub, pipeline: str) -> str:
    """The same, on the server, which has been asked nothing since."""
    assert maskline("register", pipeline).exit_code == 0
    stub.requests.clear()
    return pipeline


@pytest.fixture
def schedule_file(tmp_path: Path) -> Path:
    return tmp_path / "schedules.yaml"


@pytest.fixture
def apply(maskline: Command, schedule_file: Path) -> Apply:
    """Write a schedule file and apply it."""

    def run(*schedules: Mapping[str, object]) -> Result:
        schedule_file.write_text(yaml.safe_dump([dict(one) for one in schedules]))
        return maskline("schedule", "apply", schedule_file)

    return run


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that signs itself, in one file with its key."""
    return _certificate(tmp_path_factory.mktemp("certificate") / "server.pem")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that has signed nothing of anybody's."""
    return _certificate(tmp_path_factory.mktemp("stranger") / "other.pem")


def _certificate(path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path
