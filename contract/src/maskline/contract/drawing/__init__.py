"""What domains describe their drawings by: ranges that numbers are sampled from, and files that users write."""
