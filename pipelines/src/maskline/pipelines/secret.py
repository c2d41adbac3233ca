"""The Kubernetes secret that tells a task its store; its keys are those of `maskline.contract.store.secret`."""

SECRET = "maskline-s3"  # noqa: S105 - a name, not a secret
