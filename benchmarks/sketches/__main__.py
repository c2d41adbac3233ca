"""Train InstanceSketch's network, written plainly, and ours for the same time: `make bench-sketches`.

Ours trains as `maskline run` trains; then the plain one has as many CPU seconds, all that ours took with loading and
starting. Both are measured on the same drawings that neither has seen, by one thread. DRAWINGS=folder takes labelled
drawings of yours instead of drawn ones; STEPS=n is how long ours trains.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sketches import plain
from sketches.drawings import as_drawings, dataset, samples

from maskline.contract.artifact import Artifact
from maskline.contract.kind.training import training_of
from maskline.contract.shard import Sample
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.strokes.classes import Classes
from maskline.strokes.networks.network import SketchNetwork
from maskline.strokes.networks.weights import load_network
from maskline.strokes.prediction.results import results_of, whole
from maskline.strokes.sketch import of_sample
from maskline.train.config import configure
from maskline.train.inputs import TrainInputs
from maskline.train.stage import run as train

PRESET = "sketches-demo"
AT_ONCE, ALONE = 64, 100
TURNS = 3
"""Of measuring the pace; the fastest counts."""
SEED = 0
Labels = NDArray[np.int64]
Reader = Callable[[Sequence[Sample]], list[Labels]]
"""From samples to the number of each stroke's part."""


def main(place: str, steps: int) -> None:
    """Print accuracy and pace of both, and last how many times faster ours is."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        store = DirectoryStore(Path(name))
        artifact = dataset(place, store)
        held_out = samples(artifact, "val")
        network, seconds = _ours(artifact, store, steps)
        theirs = _plain(artifact, seconds)
    truth = np.concatenate([drawing.labels for drawing in as_drawings(held_out, artifact)])
    table = Table(
        title=f"{seconds:.0f} CPU s of training each, {len(held_out)} drawings held out", title_justify="left"
    )
    for title in ("", "parameters", "stroke accuracy", "macro F1", "ms per sketch", "ms alone"):
        table.add_column(title, justify="right" if title else "left")
    sides: list[tuple[str, torch.nn.Module, Reader]] = [
        ("InstanceSketch, plain", theirs, lambda some: _read_plainly(theirs, some, artifact)),
        ("Maskline", network, lambda some: _read(network, some, artifact)),
    ]
    paces = []
    for label, net, read in sides:
        batches = [read(held_out[start : start + AT_ONCE]) for start in range(0, len(held_out), AT_ONCE)]
        found, known = np.concatenate([each for batch in batches for each in batch]), truth != plain.NO_LABEL
        accuracy, f1 = float((found == truth)[known].mean()), _macro_f1(truth[known], found[known])
        pace, alone = _ms(read, held_out, AT_ONCE), _ms(read, held_out[:ALONE], 1)
        paces.append(pace)
        count = sum(each.numel() for each in net.parameters())
        table.add_row(label, f"{count:,}", f"{accuracy:.3f}", f"{f1:.3f}", f"{pace:.2f}", f"{alone:.2f}")
    Console(width=110).print(table)
    print(f"ratio {paces[0] / paces[1]:.1f}")


def _ours(artifact: Artifact, store: Store, steps: int) -> tuple[SketchNetwork, float]:
    """Train as the stage does; return the network and the CPU seconds it took."""
    before = _children()
    config = configure(training_of(artifact.manifest.of), PRESET, steps, SEED, {"validation_images": 0})
    checkpoint = train(config, TrainInputs(artifact.uri), store)
    return load_network(checkpoint), _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _plain(artifact: Artifact, seconds: float) -> plain.Network:
    """Train the plain network for so many CPU seconds."""
    torch.manual_seed(SEED)
    drawings = as_drawings(samples(artifact, "train"), artifact)
    parts = Classes(artifact.manifest.categories).parts
    every = np.concatenate([drawing.labels for drawing in drawings])
    counts = np.bincount(every[every >= 0], minlength=len(parts))
    weights = torch.from_numpy(np.where(counts, counts.sum() / (len(parts) * np.maximum(counts, 1)), 0)).float()
    network = plain.Network(len(parts))
    optimizer = torch.optim.Adam(network.parameters(), plain.RATE, weight_decay=plain.DECAY)
    rng, started = np.random.default_rng(SEED), time.process_time()
    while time.process_time() - started < seconds:
        order = rng.permutation(len(drawings))
        for start in range(0, len(order), plain.BATCH):
            plain.step(network, optimizer, [drawings[number] for number in order[start : start + plain.BATCH]], weights)
            if time.process_time() - started >= seconds:
                break
    return network


def _read_plainly(network: plain.Network, some: Sequence[Sample], artifact: Artifact) -> list[Labels]:
    return plain.predict(network, as_drawings(some, artifact))


def _read(network: SketchNetwork, some: Sequence[Sample], artifact: Artifact) -> list[Labels]:
    """Return the number of each stroke's part, every sketch being one object whose category nobody tells."""
    table = artifact.manifest.categories
    classes = Classes(table)
    sketches = [of_sample(sample, table) for sample in some]
    found = []
    for sketch, results in zip(
        sketches, results_of(network, sketches, [whole(each) for each in sketches]), strict=True
    ):
        labels = np.full(len(sketch.strokes), plain.NO_LABEL)
        for one in results:
            if classes.is_part(one):
                labels[one["strokes"]] = classes.parts.index(classes.name[one["category_id"]])
        found.append(labels)
    return found


def _ms(read: Reader, held_out: Sequence[Sample], at_once: int) -> float:
    """Return CPU milliseconds of one thread for each sketch, from its file to its labels."""
    turns = []
    for _ in range(TURNS):
        started = time.process_time()
        for start in range(0, len(held_out), at_once):
            read(held_out[start : start + at_once])
        turns.append(1000 * (time.process_time() - started) / len(held_out))
    return min(turns)


def _macro_f1(truth: Labels, found: Labels) -> float:
    """Return the mean over the labels that the truth holds of their F1."""
    shares = []
    for label in np.unique(truth):
        right = ((truth == label) & (found == label)).sum()
        shares.append(2 * right / ((truth == label).sum() + (found == label).sum()))
    return float(np.mean(shares))


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"  # for both sides
    main(os.environ.get("DRAWINGS", ""), int(os.environ.get("STEPS", "600")))
