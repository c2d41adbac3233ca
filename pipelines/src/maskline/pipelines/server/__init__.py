"""The embedded store: a real S3 server, as a process or in containers."""
