//! The python tool: a stateful notebook in a confined worker.
