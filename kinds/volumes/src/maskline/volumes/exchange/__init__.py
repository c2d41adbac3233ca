"""How datasets of volumes come from other tools' files, and become such files again."""
