"""From files to files: volumes of this machine and the instances found in them, without a store or a manifest."""
