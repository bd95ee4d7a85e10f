//! The wire formats: messages to the exact prompt, and the model's tokens back to a completion.
