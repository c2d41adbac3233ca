"""What an overlay's colours mean."""

import numpy as np

from maskline.contract.artifact import Artifact
from maskline.pictures.prediction.direct.legend import with_legend


def test_the_legend_shows_the_colours_of_what_was_found_below_the_picture(checkpoint: Artifact) -> None:
    table = checkpoint.manifest.categories
    block, bar = table.categories
    paper = np.full((30, 200, 3), 255, np.uint8)

    shown = with_legend(paper, {block.id: 3}, table)

    assert np.array_equal(shown[:30, :200], paper)
    colours = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.unique(shown[30:].reshape(-1, 3), axis=0)}
    assert block.colour in colours
    assert bar.colour not in colours
    assert with_legend(paper[:, :10], {block.id: 3}, table).shape[1] > 10
    assert with_legend(paper, {}, table).shape[0] > 30
