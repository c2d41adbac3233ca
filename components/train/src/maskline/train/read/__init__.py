"""What is read: a staged split, decoded once, sampled, and made into batches."""
