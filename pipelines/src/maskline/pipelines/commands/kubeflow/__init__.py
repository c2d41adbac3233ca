"""The commands that talk to a Kubeflow server."""
