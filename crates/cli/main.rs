//! The `gimlet` command.
fn main() {}
