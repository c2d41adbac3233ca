"""What a derived dataset is made of."""

from pydantic import Field, model_validator

from maskline.contract.config import Config


class FoldConfig(Config):
    """One fold of a labelled dataset; predictions of another one may be learned from as well."""

    dataset: str = Field(min_length=1, description="URI; its splits train and val are dealt out anew, others stay")
    folds: int = Field(default=5, ge=2, le=100, description="the labelled groups are dealt out to so many folds")
    fold: int = Field(default=0, ge=0, description="the fold, from 0, that is split val; all others are split train")
    predictions: str = Field(
        default="", description="URI of predictions of a dataset, whose samples join split train; empty: none"
    )
    score: float = Field(default=0.5, ge=0, le=1, description="score from which on a predicted instance is a label")
    agreement: float = Field(
        default=0,
        ge=0,
        le=1,
        description="share of the looks (models, views) that must have found it, where the predictions tell it",
    )

    @model_validator(mode="after")
    def _fold_is_there(self) -> "FoldConfig":
        if self.fold >= self.folds:
            message = f"fold = {self.fold} must be below folds = {self.folds}: folds are counted from 0"
            raise ValueError(message)
        return self
