"""Instances that were found in volumes beside those that are there."""
