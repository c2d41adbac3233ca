"""The predict stage: turns a checkpoint and pictures into sealed predictions."""
