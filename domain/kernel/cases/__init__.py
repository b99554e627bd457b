"""What every case is made of: its state, the kernel's events, and the fold of the one into the other."""
