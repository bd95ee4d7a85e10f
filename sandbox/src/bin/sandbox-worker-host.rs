//! The smallest binary that hosts workers, for this package's tests.

use std::env;

#[global_allocator]
static ALLOCATOR: sandbox::CountingAllocator = sandbox::CountingAllocator::new();

fn main() {
    if env::args().nth(1).as_deref() == Some(sandbox::WORKER_ARG) {
        sandbox::worker_main();
    }
}
