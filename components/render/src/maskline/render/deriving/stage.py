"""Deriving as one call: a fold of a dataset, with what predictions are sure of, sealed as a dataset of its own."""

from maskline.contract.artifact import Artifact
from maskline.contract.kind.exchange import exchange_of
from maskline.contract.store import Store
from maskline.render.deriving.config import FoldConfig
from maskline.render.deriving.stock import FoldStock
from maskline.render.importing.stage import seal_stock

STAGE = "fold"


def run(config: FoldConfig, store: Store) -> Artifact:
    """Derive a dataset, or find it.  Killed and called again, it goes on after the last shard that it finished.

    Raises InvalidInput, CategoryMismatch, EmptySplit, NotFound, NotSealed.
    """
    stock = FoldStock(config)
    name = f"{stock.name}-fold{config.fold}"
    return seal_stock(stock, name, stock.record, STAGE, exchange_of(stock.record), store)
