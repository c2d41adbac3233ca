"""A pipeline as typed values: what the local runner can run, and no more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from maskline.pipelines.dag.condition import Condition

TYPES = {
    "STRING": str,
    "NUMBER_INTEGER": int,
    "NUMBER_DOUBLE": float,
    "BOOLEAN": bool,
    "LIST": list,
    "STRUCT": dict,
    "TASK_FINAL_STATUS": dict,
}


@dataclass(frozen=True)
class Parameter:
    """A named value that goes into, or comes out of, a component."""

    name: str
    type: str  # a key of TYPES
    default: Any = None
    required: bool = True
    description: str = ""


@dataclass(frozen=True)
class Constant:
    """A value written in the file."""

    value: Any


@dataclass(frozen=True)
class FromInput:
    """A value that the surrounding DAG was given under `name`."""

    name: str


@dataclass(frozen=True)
class FromTask:
    """The output `name` of another task of the same DAG."""

    task: str
    name: str


@dataclass(frozen=True)
class FinalStatus:
    """How another task of the same DAG ended: KFP's PipelineTaskFinalStatus."""

    task: str


Source = Constant | FromInput | FromTask | FinalStatus


@dataclass(frozen=True)
class Loop:
    """Run once per element of the list `items`, which the body receives as `item`; at most `limit` at a time."""

    items: str
    item: str
    limit: int  # 0: no limit of its own


@dataclass(frozen=True)
class Retry:
    """How often, and after which pauses (seconds), a container that was lost is started again."""

    count: int = 0
    first_s: float = 0.0
    factor: float = 2.0

    def pause(self, attempt: int) -> float:
        """Return the pause after lost attempt number `attempt`, counted from 1, in seconds."""
        return float(self.first_s * self.factor ** (attempt - 1))


@dataclass(frozen=True)
class SecretFiles:
    """A secret mounted as the folder `path`, a file per key; an optional one that does not exist is an empty folder."""

    secret: str
    path: str
    optional: bool


@dataclass(frozen=True)
class Scratch:
    """A folder that is empty at the start and gone at the end."""

    path: str
    size: str  # Kubernetes' notation; "": no limit
    in_memory: bool


@dataclass(frozen=True)
class Limits:
    """What a container may use, and as whom it runs; quantities in Kubernetes' notation.  "" or 0: nothing is said."""

    cpu: str = ""
    memory: str = ""
    accelerators: int = 0
    timeout_s: int = 0
    user: int = 0
    group: int = 0


@dataclass(frozen=True)
class Container:
    """One process, with an executor input that describes `inputs` and the outputs it may write."""

    label: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    secret_files: tuple[SecretFiles, ...]
    scratch: tuple[Scratch, ...]
    limits: Limits
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]
    artifacts: Mapping[str, Mapping[str, str]]  # name -> KFP's artifact type


@dataclass(frozen=True)
class Task:
    """One node of a DAG."""

    name: str
    title: str
    body: "Container | Dag"
    values: Mapping[str, Source]
    after: frozenset[str]
    condition: Condition | None
    loop: Loop | None
    retry: Retry


@dataclass(frozen=True)
class Dag:
    """Tasks, each listed after those it waits for."""

    tasks: tuple[Task, ...]

    def leaves(self) -> Iterator[Task]:
        """Yield every task that is a container, those of inner DAGs included, in order."""
        for task in self.tasks:
            if isinstance(task.body, Dag):
                yield from task.body.leaves()
            else:
                yield task


@dataclass(frozen=True)
class Pipeline:
    """A compiled pipeline."""

    name: str
    description: str
    parameters: Mapping[str, Parameter]
    root: Dag
    at_exit: tuple[Task, ...] = ()
    """Run when the root has ended, well or not."""

    def leaves(self) -> Iterator[Task]:
        """Yield every task that is a container, in order, those at exit last."""
        yield from self.root.leaves()
        yield from self.at_exit
