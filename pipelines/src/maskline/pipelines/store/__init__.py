"""What is in a store, who reigns, and what nobody needs any more."""
