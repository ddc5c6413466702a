"""What an operator does with a deployed Phiward; started by `cargo xtask evidence`, `operate` and `dead-letters`."""
