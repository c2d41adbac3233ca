"""The models that come with Maskline: sealed checkpoints as files, each in a package of its own, and no code.

Wherever a checkpoint is named, that of molecules, under `checkpoints/` here, is called `published`, and that of
sketches, in `sketches`, `published-sketches`.  A URI does as well: `package://maskline.models/checkpoints/<name>-<id>`.
"""
