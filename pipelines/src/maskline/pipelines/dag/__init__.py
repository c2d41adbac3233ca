"""The compiled pipelines: read, checked against rules, and stamped with a cluster's names."""
