"""From files to files: pictures of this machine and the masks found in them, without a store or a manifest."""
