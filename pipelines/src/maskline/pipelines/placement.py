"""Where each step of the workflow may run on a cluster: images, resources, retries, secrets. One row per step."""

from dataclasses import dataclass
from importlib.metadata import version

from kfp import kubernetes
from kfp.dsl import PipelineTask

from maskline.contract.store.secret import FOLDER_VARIABLE
from maskline.pipelines.secret import SECRET, SECRET_PATH

REGISTRY = "maskline"
GPU = "nvidia.com/gpu"


@dataclass(frozen=True)
class Placement:
    """What one step asks of the cluster; quantities in Kubernetes' notation."""

    cpu: str
    memory: str
    gpus: int = 0
    shared_memory: str = ""  # size of /dev/shm, whose 64 MiB by default end PyTorch's data loading in a bus error
    retries: int = 3


_LIGHT = Placement(cpu="500m", memory="1Gi")
_PREDICT = Placement(cpu="4", memory="8Gi")
PLACEMENTS = {
    "render-plan": _LIGHT,
    "render-work": Placement(cpu="1", memory="2Gi"),
    "render-seal": _LIGHT,
    # More retries than elsewhere: a preempted node is no fault, and a retried training goes on where it stopped.
    "train": Placement(cpu="4", memory="16Gi", gpus=1, shared_memory="8Gi", retries=8),
    "predict": _PREDICT,
    "predict-champion": _PREDICT,
    "predict-plan": _LIGHT,
    "predict-work": _PREDICT,
    "predict-seal": _LIGHT,
    "evaluate": Placement(cpu="2", memory="4Gi"),
    "promote": _LIGHT,
}


def image(stage: str) -> str:
    """Return the image of a stage as the committed pipeline names it."""
    return f"{REGISTRY}/{stage}:{version('maskline-pipelines')}"


def place(task: PipelineTask, title: str) -> PipelineTask:
    """Give `task` a title for people, its row of the table and the store's secret; return it."""
    row = PLACEMENTS[task.component_spec.name]
    task.set_display_name(title)
    task.set_caching_options(enable_caching=False)  # the store is the cache: KFP's does not know what is still there
    task.set_retry(num_retries=row.retries, backoff_duration="5s", backoff_factor=2, backoff_max_duration="300s")
    task.set_cpu_request(row.cpu).set_memory_request(row.memory).set_memory_limit(row.memory)
    if row.gpus:
        task.set_accelerator_type(GPU).set_accelerator_limit(row.gpus)
        kubernetes.add_toleration(task, key=GPU, operator="Exists", effect="NoSchedule")
    if row.shared_memory:
        kubernetes.empty_dir_mount(
            task,
            volume_name="shared-memory",
            mount_path="/dev/shm",  # noqa: S108 - in the pod, and for all of its processes
            medium="Memory",
            size_limit=row.shared_memory,
        )
    kubernetes.use_secret_as_volume(task, secret_name=SECRET, mount_path=SECRET_PATH)
    task.set_env_variable(FOLDER_VARIABLE, SECRET_PATH)
    return task
