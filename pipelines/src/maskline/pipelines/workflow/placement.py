"""Where each step of the workflow may run on a cluster: images, resources, retries, secrets. One row per step.

What a cluster calls its node pool, its registry and its secrets is stamped into a copy (`stamping.stamp`). Kubeflow
Pipelines 2.17 can say neither a priority class nor a limit for ephemeral storage of a task's pod: its
KubernetesExecutorConfig has no such field. Scratch space is an empty folder of limited size, mounted at /tmp, and
priority is given to all pods of runs where Kubeflow is installed (docs/adr/0008-placement-is-one-table.md).
"""

from dataclasses import dataclass, field
from importlib.metadata import version

from kfp import kubernetes
from kfp.dsl import PipelineTask

from maskline.contract.stage.entry import RETRIES_VARIABLE, STEP_VARIABLE
from maskline.pipelines.dag.quantity import number
from maskline.pipelines.dag.secret import STORE, WEBHOOK, Secret

REGISTRY = "maskline"
GPU = "nvidia.com/gpu"
USER = 10001
"""User and group that every container runs as."""
SCRATCH = "/tmp"  # noqa: S108 - in the pod: the one folder to write to where the cluster makes the root read-only
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - in the pod, and for all of its processes
_MINUTE_S, _HOUR_S = 60, 3600
_FIRST_PAUSE_S = 5


@dataclass(frozen=True)
class Share:
    """How much of a resource a pod is sure to have, and the most it may use; in Kubernetes' notation."""

    request: str
    limit: str

    def __post_init__(self) -> None:
        if number(self.request) > number(self.limit):
            message = f"a request of {self.request} is more than the limit of {self.limit}"
            raise ValueError(message)


@dataclass(frozen=True)
class Placement:
    """What one step asks of the cluster."""

    cpu: Share
    memory: Share
    scratch: str
    """Size of the folder for temporary files."""
    timeout_s: int
    accelerators: int = 0
    """Of type GPU; with any, the node's taint is tolerated."""
    shared_memory: str = ""
    """Size of /dev/shm, within the memory limit. Its 64 MiB by default end PyTorch's data loading in a bus error."""
    retries: int = 3
    """With pauses of 5 s, 10 s, 20 s and so on: of the work, by the stage itself, and of a lost pod, by Kubeflow."""
    secrets: tuple[Secret, ...] = field(default=(STORE, WEBHOOK))
    """A step that fails for good tells the webhook itself, if there is one."""

    @property
    def retry_window_s(self) -> int:
        """Seconds from the first start in which every retry fits, each as long as it may be.

        Kubeflow's "backoff_max_duration" is no bound of a pause: Argo, which it is handed to, tries nothing again after
        it, and ends a retry that still runs (retryStrategy.backoff.maxDuration).
        """
        pauses = _FIRST_PAUSE_S * ((1 << self.retries) - 1)
        return (self.retries + 1) * self.timeout_s + pauses


_LIGHT = Placement(Share("250m", "1"), Share("512Mi", "1Gi"), scratch="1Gi", timeout_s=30 * _MINUTE_S)
_DRAW = Placement(Share("1", "2"), Share("1Gi", "2Gi"), scratch="2Gi", timeout_s=6 * _HOUR_S)
# Predicting takes no GPU by default: clusters with few keep them for training. `gpu.predict=1` stamps one in.
_PREDICT = Placement(Share("2", "4"), Share("4Gi", "8Gi"), scratch="4Gi", timeout_s=6 * _HOUR_S)
_EVALUATE = Placement(Share("1", "2"), Share("2Gi", "4Gi"), scratch="2Gi", timeout_s=2 * _HOUR_S)
PLACEMENTS = {
    "begin": _LIGHT,
    "render": _DRAW,
    "render-work": _DRAW,
    # More retries than elsewhere: a preempted node is no fault, and a retried training goes on where it stopped.
    "train": Placement(
        Share("4", "8"),
        Share("8Gi", "16Gi"),
        scratch="20Gi",
        timeout_s=48 * _HOUR_S,
        accelerators=1,
        shared_memory="8Gi",
        retries=8,
    ),
    "fold": _DRAW,
    "teach": _PREDICT,
    "predict": _PREDICT,
    "predict-pictures": _PREDICT,
    "predict-work": _PREDICT,
    "evaluate": _EVALUATE,
    "contest": _EVALUATE,
    "notify": Placement(Share("100m", "1"), Share("256Mi", "512Mi"), scratch="1Gi", timeout_s=5 * _MINUTE_S),
}


def image(stage: str) -> str:
    """Return the image of a stage as the committed pipeline names it."""
    return f"{REGISTRY}/{stage}:{version('maskline-pipelines')}"


def place(task: PipelineTask, title: str) -> PipelineTask:
    """Give `task` a title for people and its row of the table; return it."""
    row = PLACEMENTS[task.component_spec.name]
    task.set_display_name(title)
    task.set_caching_options(enable_caching=False)  # the store is the cache: KFP's does not know what is still there
    task.set_retry(
        num_retries=row.retries,
        backoff_duration=f"{_FIRST_PAUSE_S}s",
        backoff_factor=2,
        backoff_max_duration=f"{row.retry_window_s}s",
    )
    task.set_cpu_request(row.cpu.request).set_cpu_limit(row.cpu.limit)
    task.set_memory_request(row.memory.request).set_memory_limit(row.memory.limit)
    kubernetes.set_timeout(task, row.timeout_s)
    kubernetes.set_image_pull_policy(task, "IfNotPresent")
    # Kubeflow itself drops all capabilities, forbids gaining privileges and sets the runtime's seccomp profile.
    kubernetes.set_security_context(task, run_as_user=USER, run_as_group=USER, run_as_non_root=True)
    kubernetes.add_pod_label(task, "app.kubernetes.io/part-of", "maskline")
    kubernetes.empty_dir_mount(task, volume_name="scratch", mount_path=SCRATCH, size_limit=row.scratch)
    if row.accelerators:
        task.set_accelerator_type(GPU).set_accelerator_limit(row.accelerators)
        kubernetes.add_toleration(task, key=GPU, operator="Exists", effect="NoSchedule")
    if row.shared_memory:
        kubernetes.empty_dir_mount(
            task,
            volume_name="shared-memory",
            mount_path=SHARED_MEMORY,
            medium="Memory",
            size_limit=row.shared_memory,
        )
    task.set_env_variable(STEP_VARIABLE, title)
    task.set_env_variable(RETRIES_VARIABLE, str(row.retries))
    for secret in row.secrets:
        kubernetes.use_secret_as_volume(task, secret.name, secret.path, optional=secret.optional)
        task.set_env_variable(secret.variable, secret.path)
    return task
