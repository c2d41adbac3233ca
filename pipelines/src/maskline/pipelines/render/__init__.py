"""Drawing without a pipeline: a dataset with all cores of this machine, or a preview."""
