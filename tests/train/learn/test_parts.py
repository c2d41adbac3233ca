"""A batch in parts: which process computes a part, and when, makes no difference."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from shapes import KIND

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.training import TrainingConfig
from maskline.contract.shard import Sample
from maskline.train.job import TRAIN, Job
from maskline.train.read.staged import write

PROCESSES = (1, 2, 4)
PICTURES = 4
WORLDS = """
import os, socket, sys
from pathlib import Path
import torch
import torch._dynamo  # the optimizer would load it in each process
from maskline.pictures.training.items import training_image
from maskline.train.job import TRAIN, Job
from maskline.train.processes.group import join
from maskline.train.read.staged import StagedSplit
from maskline.train.learn.trainer import Trainer

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

def take_part(job, rank, size):
    group = join(0)
    trainer = Trainer(job, group)
    images = [training_image(sample, trainer.spec).item() for sample in StagedSplit(job.folder / TRAIN)]
    trainer.descend(images[rank::size])
    found = {"gradient": {name: weight.grad.clone() for name, weight in trainer.network.named_parameters()}}
    trainer.descend(images[rank::size])
    found["weights"] = dict(trainer.network.named_parameters())
    torch.save(found, job.folder / f"{size}-{rank}.pt")
    group.barrier()
    group.leave()

for line in sys.stdin:
    job = Job.model_validate_json(line)
    size, port = job.config.processes, free_port()
    for rank in range(size):
        if os.fork() == 0:  # libraries are loaded once for all
            os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank)}
            os.environ |= {"WORLD_SIZE": str(size), "LOCAL_WORLD_SIZE": str(size)}
            os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "GLOO_SOCKET_IFNAME": "lo"}
            take_part(job, rank, size)
            os._exit(0)
    if any(os.wait()[1] for _ in range(size)):
        sys.exit("a process failed")
"""


def test_one_process_two_and_four_compute_the_same_gradient_and_keep_the_same_weights(
    draw: Callable[[int], Sample], tiny: Callable[..., TrainingConfig], table: CategoryTable, tmp_path: Path
) -> None:
    write(tmp_path / TRAIN, [draw(index) for index in range(PICTURES)], KIND)
    jobs = ""
    for count in PROCESSES:
        config = tiny(processes=count, accumulate=PICTURES // count, batch_images=PICTURES, gradient_clip=0)
        told: dict[str, Any] = {"dataset": "", "id": "x", "attempt": "x", "store": "", "folder": tmp_path, "gpus": 0}
        jobs += Job(record="coco/1", config=config, categories=table, **told).model_dump_json() + "\n"
    script = [sys.executable, "-c", WORLDS]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}  # a process with threads of its own must not be forked
    subprocess.run(script, input=jobs, text=True, check=True, env=environment)

    def left(count: int, rank: int) -> dict[str, Any]:
        found: dict[str, Any] = torch.load(tmp_path / f"{count}-{rank}.pt")
        return found

    alone = left(1, 0)["gradient"]
    for count in PROCESSES:
        first, *others = (left(count, rank) for rank in range(count))
        for name, value in first["gradient"].items():
            torch.testing.assert_close(value, alone[name], rtol=1e-3, atol=1e-5)
        for other in others:
            assert all(torch.equal(first["weights"][name], value) for name, value in other["weights"].items())
