"""What people read: labels, sentences and blocks, made of values and of nothing else."""
