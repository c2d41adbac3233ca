"""What is kept in the store while a training goes on, so that the same call goes on from there."""
