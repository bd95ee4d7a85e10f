//! The confined worker process that runs Python.
