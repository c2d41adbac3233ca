"""How many instances of one picture count where nobody says otherwise."""

MAX_DETECTIONS = 2_000
"""A page full of drawings, 25 molecules, has 424. COCO's own limit of 100 is for photographs."""
