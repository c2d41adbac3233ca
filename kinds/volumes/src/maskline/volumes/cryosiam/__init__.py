"""CryoSiam's commands for instances: its configuration files are read as they are, its files are written."""
