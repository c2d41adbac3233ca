"""A compiled pipeline as it is read: its tasks, the parameters of its form, the secrets of its tasks."""
