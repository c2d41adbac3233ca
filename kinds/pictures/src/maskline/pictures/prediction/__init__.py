"""From pictures to instances: `inference` in memory, `predictor` for the stage, `direct` from files to files."""
