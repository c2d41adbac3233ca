"""The predict stage: a checkpoint and pictures become sealed predictions.

`plan` names what will be made and cuts it into shards, `work` predicts one shard, `sealing` closes the artifact.  Only
`work` and `network` import the model, so a stage that finds its artifact sealed answers at once.  `direct` goes from
files to files of this machine instead.
"""
