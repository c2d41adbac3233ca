"""Docker, through its own command line: what it is asked, and what it says, in our words."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping

from maskline.pipelines.errors import EngineFailed, EngineUnavailable

_OTHERWISE = "or run without --engine docker"
_ABSENT = re.compile(r"No such (container|network)|network \S+ not found")
_ENVIRONMENT = {"DOCKER_CLI_HINTS": "false"}


class Docker:
    """An engine that has answered."""

    def __init__(self, program: str) -> None:
        """Take the path of the program `docker`."""
        self.program = program

    @classmethod
    def found(cls) -> "Docker":
        """Return the engine of this machine.  Raises EngineUnavailable, which says what to start."""
        program = shutil.which("docker")
        if not program:
            raise EngineUnavailable(
                f"no Docker engine answers: there is no program `docker` on PATH; install Docker, {_OTHERWISE}"
            )
        docker = cls(program)
        try:
            docker.ask("version", "--format", "{{.Server.Version}}")
        except EngineFailed as fault:
            raise EngineUnavailable(
                f"no Docker engine answers: {fault}; start it (`systemctl start docker`, or Docker Desktop), "
                f"{_OTHERWISE}"
            ) from None
        return docker

    def ask(self, *words: str) -> str:
        """Run `docker <words>` and return what it prints.  Raises EngineFailed with its words."""
        done = subprocess.run(
            [self.program, *words],
            env={**os.environ, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # a Ctrl-C is for this process, which still needs the answer
        )
        if done.returncode:
            said = " ".join(done.stderr.split()) or f"it ended with code {done.returncode}"
            raise EngineFailed(said.removeprefix("Error response from daemon: "))
        return done.stdout.strip()

    def missing(self, images: Iterable[str]) -> list[str]:
        """Return those of the images that are not on this machine."""
        found = []
        for image in images:
            try:
                self.ask("image", "inspect", "--format", "{{.Id}}", image)
            except EngineFailed:
                found.append(image)
        return found

    def has_gpus(self) -> bool:
        """Say whether containers can be given NVIDIA GPUs."""
        return '"nvidia"' in self.ask("info", "--format", "{{json .Runtimes}}")

    def remove(self, *containers: str) -> bool:
        """End the containers without further ado and remove them with their scratch space; say whether all are gone."""
        gone = [self._is_gone(*REMOVE, container) for container in containers]
        return all(gone)

    def remove_network(self, network: str) -> bool:
        """Remove the network; say whether it is gone."""
        return self._is_gone(*REMOVE_NETWORK, network)

    def _is_gone(self, *words: str) -> bool:
        """Ask for a removal; say whether it was done, or nothing was there to remove."""
        try:
            self.ask(*words)
        except EngineFailed as fault:
            return bool(_ABSENT.search(str(fault)))
        return True

    def sweep(self, labels: Mapping[str, str]) -> None:
        """Remove every container and network that carries all of the labels."""
        filters = [word for name, value in labels.items() for word in ("--filter", f"label={name}={value}")]
        self.remove(*self.ask("ps", "--all", "--quiet", *filters).split())
        for network in self.ask("network", "ls", "--quiet", *filters).split():
            self.remove_network(network)


REMOVE = ("rm", "--force", "--volumes")
REMOVE_NETWORK = ("network", "rm")


def label_words(labels: Mapping[str, str]) -> list[str]:
    """Return the options that give a new container or network its labels."""
    return [word for name, value in labels.items() for word in ("--label", f"{name}={value}")]
