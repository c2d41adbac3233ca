"""Stamping: a cluster's own names, sizes and defaults are put into a copy of a compiled pipeline.

Nothing else changes, so what runs on the cluster is what was tested. It needs no kfp. A setting for a stage, step or
parameter that a pipeline does not have leaves it as it is, so one set of settings serves all pipelines.
"""
