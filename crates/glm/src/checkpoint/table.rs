//! Where each tensor of a checkpoint lies, and its bytes on demand.

use std::{collections::BTreeMap, ops::Range, path::PathBuf};

use candle_core::quantized::GgmlDType;

use super::bytes::Bytes;
use crate::{Error, Result};

/// The tensors of all files of a checkpoint. Ranges were checked against the files' sizes when the
/// headers were read.
#[derive(Debug)]
pub(crate) struct Table {
    /// The checkpoint, for messages.
    pub(crate) path: PathBuf,
    pub(crate) files: Vec<Bytes>,
    pub(crate) entries: BTreeMap<String, Entry>,
}

/// One tensor's place and form.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) file: usize,
    pub(crate) bytes: Range<usize>,
    pub(crate) kind: Kind,
    pub(crate) shape: Vec<usize>,
}

/// How values are stored. Safetensors' floats are the same bytes as GGML's, so both formats share
/// its names.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Known(GgmlDType),
    /// A type that candle cannot read: an error only if the network needs the tensor.
    Unknown(String),
}

/// One tensor's bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight<'a> {
    pub(crate) kind: GgmlDType,
    pub(crate) bytes: &'a [u8],
}

impl Table {
    /// Whether there is a tensor of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The shape of a tensor, if there is one of this name.
    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.entries.get(name).map(|entry| entry.shape.as_slice())
    }

    /// A tensor's bytes, if it has the shape that it should.
    ///
    /// # Errors
    ///
    /// It is absent, has another shape, or is stored in a type that cannot be read.
    pub(crate) fn weight(&self, name: &str, shape: &[usize]) -> Result<Weight<'_>> {
        let entry = self
            .entries
            .get(name)
            .ok_or_else(|| Error::MissingTensor { path: self.path.clone(), name: name.to_owned() })?;
        if entry.shape != shape {
            return Err(Error::Shape {
                name: name.to_owned(),
                expected: shape.into(),
                found: entry.shape.as_slice().into(),
            });
        }
        let kind = match &entry.kind {
            Kind::Known(kind) => *kind,
            Kind::Unknown(found) => {
                return Err(Error::Dtype { name: name.to_owned(), found: found.clone() });
            }
        };
        let columns = shape.last().copied().unwrap_or(1);
        if !columns.is_multiple_of(kind.block_size()) {
            let reason = format!(
                "tensor {name} has rows of {columns} values, which {kind:?} cannot store in blocks of {}",
                kind.block_size()
            );
            return Err(Error::Malformed { path: self.path.clone(), reason });
        }
        Ok(Weight { kind, bytes: &self.files[entry.file][entry.bytes.clone()] })
    }
}
