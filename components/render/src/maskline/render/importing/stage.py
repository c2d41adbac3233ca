"""Import as one call: take stock, check all of it, write shard by shard, seal.

What is found, and what is wrong with it, the kind of record says. What is wrong is told of at once, and then nothing is
written. Samples are held in memory a shard at a time. Killed and called again, an import goes on after the last shard
that it finished.
"""

from collections.abc import Mapping
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from maskline.contract.artifact import FIRST_RECORD, Artifact, Manifest, adopt
from maskline.contract.config import parse
from maskline.contract.domain import RenderDomain
from maskline.contract.identity import stage_id
from maskline.contract.kind.exchange import Exchange, ImportConfig, Stock, exchange_of
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.render.importing.sealing import seal
from maskline.render.importing.shards import shards_of, work

STAGE = "import"
MODULES = ("maskline.render", "maskline.contract")
LIBRARIES = ("numpy", "pillow")


def run(config: ImportConfig, store: Store, options: Mapping[str, Any] = MappingProxyType({})) -> Artifact:
    """Import a dataset, or find it.

    options: fields that the kind's `import_config` has besides.
    Raises InvalidInput with one line for each thing that is wrong, NotFound, Changed.
    """
    record = record_of(config)
    kind = exchange_of(record)
    stock = kind.take_stock(parse(kind.import_config, {**dict(config), **options}, "import"))
    return seal_stock(stock, config.name, record, STAGE, kind, store)


def seal_stock(stock: Stock, name: str, record: str, stage: str, kind: Exchange, store: Store) -> Artifact:
    """Seal what a stock holds as a dataset called `name`, or find it.

    kind: of `record`, whose sources shape the samples.  Raises what `Stock.check` and `Stock.samples` raise.
    """
    key = _identity(name, stage, kind, stock)
    if sealed := adopt(store, "dataset", name, key):
        event(f"{stage}.sealed_already", uri=sealed.uri)
        return sealed
    remarks = stock.check()
    shards = shards_of(stock.splits, kind.samples_per_shard)
    for shard in shards:
        work(shard, stock, store, name, key)
    return seal(_manifest(name, key, record, stage, stock), shards, remarks, store)


def record_of(config: ImportConfig) -> str:
    """Return the kind of record that is imported: the one asked for, else the domain's.

    Of a domain that is not installed, which `own` and a given table allow, it is the kind there was before others.
    """
    if config.record:
        return config.record
    for entry in entry_points(group="maskline.render", name=config.domain):
        domain: RenderDomain = entry.load()
        return domain.record
    return FIRST_RECORD


def _identity(name: str, stage: str, kind: Exchange, stock: Stock) -> str:
    meaning = {"name": name, "categories": stock.categories.model_dump(mode="json"), **stock.meaning}
    libraries = sorted({*LIBRARIES, *kind.libraries})
    return stage_id(stage, (*MODULES, *kind.modules), libraries, meaning, stock.inputs)


def _manifest(name: str, key: str, record: str, stage: str, stock: Stock) -> Manifest:
    return Manifest(
        kind="dataset",
        record=record,
        name=name,
        id=key,
        stage=stage,
        categories=stock.categories,
        config=dict(stock.meaning),
        inputs=dict(stock.inputs),
        files={},
        figures={},
    )
