"""The Kubernetes secret that gives a task its store: what it is called, and which variable each of its keys becomes."""

SECRET = "maskline-s3"  # noqa: S105 - a name, not a secret
SECRET_KEYS = {
    "accesskey": "AWS_ACCESS_KEY_ID",
    "secretkey": "AWS_SECRET_ACCESS_KEY",
    "endpoint": "AWS_ENDPOINT_URL_S3",
    "store": "MASKLINE_STORE",
}
