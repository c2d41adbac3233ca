"""The predict stage: a checkpoint and records become sealed predictions.

`plan` names what will be made and cuts it into shards, `work` predicts one shard, `sealing` closes the artifact. What a
record is, and what is in it, knows the kind that the checkpoint is about: `maskline.contract.kind.prediction`. It loads
torch when work begins, so a stage that finds its artifact sealed answers at once.  `direct` goes from files to files of
this machine instead.
"""
