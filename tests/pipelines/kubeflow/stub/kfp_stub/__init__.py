"""A server that speaks the REST paths of Kubeflow Pipelines 2.17 and is as strict as its own models."""
