"""Pictures with masks, as every stage meets them.

`spec` says what a network is and imports no torch; `preprocessing`, `networks` and `prediction` are what training and
prediction must compute identically; `training` is how a network learns.
"""
