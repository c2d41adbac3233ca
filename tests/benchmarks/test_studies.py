"""Studies of the repository ask for trainings and predictions that there are."""

from pathlib import Path

import pytest
from ablation.study import STUDIES, read

from maskline.contract.config import merge, parse
from maskline.contract.domain import load_domain
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import prediction_of
from maskline.contract.kind.training import training_of
from maskline.train.config import configure


@pytest.mark.parametrize("name", sorted(path.stem for path in STUDIES.glob("*.yaml")))
def test_every_row_of_a_study_can_be_tried_upon_the_first(name: str) -> None:
    study = read(name)
    domain = load_domain("maskline.render", study.render.domain)
    first, *others = study.rows

    domain.drawing(study.render.preset, study.render.drawing)
    for row in (first, *others):
        configure(training_of(domain.record), study.preset, 1, 0, merge(first.train, row.train))
        parse(prediction_of(domain.record).prediction_config, row.predict, name)


def test_a_study_with_a_field_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("{render: {domain: cells}, preset: narrow, minutes: 1, additive: true, rows: [{nam: first}]}")

    with pytest.raises(InvalidInput, match="nam"):
        read(str(path))
