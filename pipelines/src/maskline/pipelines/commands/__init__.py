"""What each word of the command `maskline` does."""
