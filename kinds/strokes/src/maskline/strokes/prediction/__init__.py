"""From sketches to objects, parts and instances.

`reading` does it in memory, `predictor` for the stage, `direct` from files to files.
"""
