"""The demo: a believable wholesaler, made by the same operations as everything else."""
