"""From files to files: sketches of this machine and what was found in them, without a store or a manifest."""
