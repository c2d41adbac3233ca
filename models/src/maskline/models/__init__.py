"""The model that comes with Maskline: a sealed checkpoint under `checkpoints/`, and no code.

Wherever a checkpoint is named it is called `published`, or by its URI, `package://maskline.models/checkpoints/<name>-<id>`.
"""
