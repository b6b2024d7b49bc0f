//! The table of faults in `docs/operations.md`: what it says is what the program prints.
