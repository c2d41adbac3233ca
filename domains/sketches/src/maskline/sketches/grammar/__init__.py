"""What objects are made of: categories as YAML, the shapes they name, and where those lie."""
