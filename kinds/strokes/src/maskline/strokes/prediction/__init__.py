"""From sketches to objects, parts and instances: `reading` in memory, `predictor` for the stage, `direct` from files to files."""
