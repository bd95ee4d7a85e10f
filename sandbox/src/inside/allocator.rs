//! An allocator that counts, so that a worker is told before its memory ends.
//!
//! Rust aborts when an allocation fails, and RustPython does not ask first. So the count has two
//! marks: past the first, the watcher raises `MemoryError` between two bytecodes and the state
//! survives; an allocation past the second fails, and the abort that follows becomes an exit code
//! that the parent knows.

#![allow(unsafe_code, reason = "GlobalAlloc is an unsafe trait")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    ptr,
    sync::atomic::{AtomicBool, AtomicIsize, Ordering::Relaxed},
};

/// The system's allocator with a limit that only [`crate::worker_main`] sets. A binary that hosts
/// workers installs it:
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: sandbox::CountingAllocator = sandbox::CountingAllocator::new();
/// ```
///
/// Outside a worker it costs one relaxed load for each allocation.
#[derive(Clone, Copy, Debug, Default)]
pub struct CountingAllocator;

impl CountingAllocator {
    /// The allocator; there is one count for the process, however many values exist.
    pub const fn new() -> Self {
        Self
    }
}

/// The most live bytes; `isize::MAX` is no limit and no counting.
static LIMIT: AtomicIsize = AtomicIsize::new(isize::MAX);
/// Bytes that live since counting began; a little less than the truth, as what lived before may
/// die after.
static LIVE: AtomicIsize = AtomicIsize::new(0);
static REFUSED: AtomicBool = AtomicBool::new(false);

/// Begins to count, and fails allocations past `bytes`.
pub(crate) fn limit(bytes: usize) {
    LIMIT.store(isize::try_from(bytes).unwrap_or(isize::MAX - 1), Relaxed);
}

/// Live bytes by the count.
pub(crate) fn live() -> usize {
    LIVE.load(Relaxed).max(0) as usize
}

/// Whether an allocation has failed since [`forgive`].
pub(crate) fn refused() -> bool {
    REFUSED.load(Relaxed)
}

/// Forgets that an allocation failed: whoever asked has coped.
pub(crate) fn forgive() {
    REFUSED.store(false, Relaxed);
}

/// Counts `bytes` more, or refuses them.
#[inline]
fn grow(bytes: usize, limit: isize) -> bool {
    let bytes = bytes as isize; // a Layout never exceeds isize::MAX
    if LIVE.fetch_add(bytes, Relaxed).saturating_add(bytes) <= limit {
        return true;
    }
    LIVE.fetch_sub(bytes, Relaxed);
    REFUSED.store(true, Relaxed);
    false
}

/// Takes back the count of an allocation that the system refused.
#[cold]
fn system_refused(bytes: usize) -> *mut u8 {
    LIVE.fetch_sub(bytes as isize, Relaxed);
    REFUSED.store(true, Relaxed);
    ptr::null_mut()
}

// SAFETY: every block comes from `System` with the layout given here and goes back to it with the
// same layout; a refusal returns null without touching anything; nothing here allocates or unwinds.
unsafe impl GlobalAlloc for CountingAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let limit = LIMIT.load(Relaxed);
        if limit == isize::MAX {
            // SAFETY: the caller's promise is passed on.
            return unsafe { System.alloc(layout) };
        }
        if !grow(layout.size(), limit) {
            return ptr::null_mut();
        }
        // SAFETY: the caller's promise is passed on.
        let block = unsafe { System.alloc(layout) };
        if block.is_null() { system_refused(layout.size()) } else { block }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let limit = LIMIT.load(Relaxed);
        if limit == isize::MAX {
            // SAFETY: the caller's promise is passed on.
            return unsafe { System.alloc_zeroed(layout) };
        }
        if !grow(layout.size(), limit) {
            return ptr::null_mut();
        }
        // SAFETY: the caller's promise is passed on.
        let block = unsafe { System.alloc_zeroed(layout) };
        if block.is_null() { system_refused(layout.size()) } else { block }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block came from `System` with this layout.
        unsafe { System.dealloc(block, layout) };
        if LIMIT.load(Relaxed) != isize::MAX {
            LIVE.fetch_sub(layout.size() as isize, Relaxed);
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let limit = LIMIT.load(Relaxed);
        if limit == isize::MAX {
            // SAFETY: the caller's promise is passed on.
            return unsafe { System.realloc(block, layout, size) };
        }
        let more = size.saturating_sub(layout.size());
        if more > 0 && !grow(more, limit) {
            return ptr::null_mut();
        }
        // SAFETY: the block came from `System` with this layout.
        let moved = unsafe { System.realloc(block, layout, size) };
        if moved.is_null() {
            return system_refused(more);
        }
        LIVE.fetch_sub(layout.size().saturating_sub(size) as isize, Relaxed);
        moved
    }
}
