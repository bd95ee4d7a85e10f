//! The agent loop: steps, tools, limits, events and the session log.
