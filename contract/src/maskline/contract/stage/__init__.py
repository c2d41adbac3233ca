"""How a stage is called: by KFP's executor input, in a process that tries again what may pass."""
