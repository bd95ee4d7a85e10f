//! Local inference for the dense GLM-4 family.
