"""The story that `make demo` plays, on the embedded stack, and that the tests play again with and without disasters."""
