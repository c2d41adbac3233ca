"""From volumes to instances: `windows` is what the network sees of a volume, one after another."""
