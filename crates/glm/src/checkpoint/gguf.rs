//! GGUF files: their metadata and where their tensors lie.
//!
//! # Source
//!
//! The format as <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md> describes it. Candle's
//! own reader is not used because it needs a seekable reader where this reads a memory map, expands
//! each array element to 32 bytes, and divides by an alignment that a hostile file can set to 0.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use candle_core::quantized::GgmlDType;

use super::{
    bytes::Bytes,
    table::{Entry, Kind, Table},
};
use crate::{Error, Result};

/// A metadata value. Numbers keep only what the reader needs of their type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Int(i128),
    Float(f64),
    Bool(bool),
    String(String),
    Strings(Vec<String>),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
}

/// The metadata of a file, by key.
pub(crate) type Metadata = BTreeMap<String, Value>;

/// Maps a file and, if it is the first of several, its other parts.
///
/// # Errors
///
/// The file is not there, is damaged, or lacks a part.
pub(crate) fn open(path: &Path) -> Result<(Metadata, Table)> {
    let (metadata, mut table) = read(path, Bytes::map(path)?)?;
    let n_parts = match metadata.get("split.count") {
        Some(Value::Int(n)) => *n,
        _ => 1,
    };
    let suffix = format!("-00001-of-{n_parts:05}.gguf");
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if n_parts <= 1 {
        return Ok((metadata, table));
    }
    let Some(stem) = file_name.strip_suffix(&suffix).filter(|_| n_parts < 10_000) else {
        let reason = format!("it is one of {n_parts} parts: give the first, whose name ends in {suffix}");
        return Err(Error::Malformed { path: path.to_path_buf(), reason });
    };
    for part in 2..=n_parts {
        let shard = format!("{stem}-{part:05}-of-{n_parts:05}.gguf");
        let part_path = path.with_file_name(&shard);
        let bytes = match Bytes::map(&part_path) {
            Err(Error::Missing { .. }) => {
                return Err(Error::MissingShard { path: path.to_path_buf(), shard });
            }
            bytes => bytes?,
        };
        let (_, part) = read(&part_path, bytes)?;
        let file = table.files.len();
        table.files.extend(part.files);
        table.entries.extend(part.entries.into_iter().map(|(name, entry)| (name, Entry { file, ..entry })));
    }
    Ok((metadata, table))
}

/// Reads one file's header; `path` is for messages.
///
/// # Errors
///
/// The bytes are not a GGUF file, or not all of one.
pub(crate) fn read(path: &Path, bytes: Bytes) -> Result<(Metadata, Table)> {
    let mut reader = Reader { path: path.to_path_buf(), bytes: &bytes, at: 0 };
    if reader.take(4)? != b"GGUF" {
        return Err(reader.malformed("it does not begin with GGUF".to_owned()));
    }
    match reader.u32()? {
        2 | 3 => {}
        version if matches!(version.swap_bytes(), 1..=3) => {
            return Err(reader.malformed("it is a big-endian GGUF file".to_owned()));
        }
        version => return Err(reader.malformed(format!("it is GGUF version {version}, not 2 or 3"))),
    }
    let n_tensors = reader.u64()?;
    let n_values = reader.u64()?;

    let mut metadata = Metadata::new();
    for _ in 0..n_values {
        let key = reader.string()?;
        let kind = reader.u32()?;
        let value = reader.value(kind)?;
        metadata.insert(key, value);
    }
    let mut infos = Vec::new();
    for _ in 0..n_tensors {
        infos.push(reader.tensor_info()?);
    }
    let alignment = match metadata.get("general.alignment") {
        None => 32,
        Some(Value::Int(n @ 1..=65_536)) => *n as usize,
        Some(other) => return Err(reader.malformed(format!("its alignment is {other:?}"))),
    };
    let data_start = reader.at.next_multiple_of(alignment);

    let mut entries = BTreeMap::new();
    for info in infos {
        let (name, entry) = info.place(path, data_start, bytes.len())?;
        entries.insert(name, entry);
    }
    Ok((metadata, Table { path: path.to_path_buf(), files: vec![bytes], entries }))
}

struct Info {
    name: String,
    shape: Vec<usize>,
    kind: Kind,
    offset: u64,
}

impl Info {
    /// Turns an offset into a range of the file, if the file has it.
    fn place(self, path: &Path, data_start: usize, n_bytes: usize) -> Result<(String, Entry)> {
        let malformed = |what: String| Error::Malformed { path: path.to_path_buf(), reason: what };
        let too_large = || malformed(format!("tensor {} is larger than any memory", self.name));
        let values = self.shape.iter().try_fold(1_usize, |product, dim| product.checked_mul(*dim));
        let values = values.ok_or_else(too_large)?;
        let size = match &self.kind {
            Kind::Known(kind) => {
                values.div_ceil(kind.block_size()).checked_mul(kind.type_size()).ok_or_else(too_large)?
            }
            Kind::Unknown(_) => 0,
        };
        let start = usize::try_from(self.offset).ok().and_then(|offset| data_start.checked_add(offset));
        let (start, end) =
            start.and_then(|start| Some((start, start.checked_add(size)?))).ok_or_else(too_large)?;
        if end > n_bytes {
            return Err(Error::Truncated {
                path: path.to_path_buf(),
                expected: end as u64,
                found: n_bytes as u64,
            });
        }
        Ok((self.name, Entry { file: 0, bytes: start..end, kind: self.kind, shape: self.shape }))
    }
}

/// A position in a file. Nothing is allocated before the bytes that it comes from are seen to be
/// there.
struct Reader<'a> {
    path: PathBuf,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn malformed(&self, reason: String) -> Error {
        Error::Malformed { path: self.path.clone(), reason }
    }

    fn take(&mut self, n: u64) -> Result<&'a [u8]> {
        let left = &self.bytes[self.at..];
        let Some(taken) = usize::try_from(n).ok().and_then(|n| left.get(..n)) else {
            return Err(Error::Truncated {
                path: self.path.clone(),
                expected: (self.at as u64).saturating_add(n),
                found: self.bytes.len() as u64,
            });
        };
        self.at += taken.len();
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let taken = self.take(N as u64)?;
        Ok(*taken.first_chunk().expect("take returns as many bytes as it was asked for"))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn string(&mut self) -> Result<String> {
        let length = self.u64()?;
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    fn value(&mut self, kind: u32) -> Result<Value> {
        Ok(match kind {
            0..=5 | 10 | 11 => Value::Int(self.int(kind)?),
            6 | 12 => Value::Float(self.float(kind)?),
            7 => Value::Bool(self.array::<1>()?[0] != 0),
            8 => Value::String(self.string()?),
            9 => self.list()?,
            other => return Err(self.malformed(format!("it has a value of unknown type {other}"))),
        })
    }

    fn int(&mut self, kind: u32) -> Result<i128> {
        Ok(match kind {
            0 => u8::from_le_bytes(self.array()?).into(),
            1 => i8::from_le_bytes(self.array()?).into(),
            2 => u16::from_le_bytes(self.array()?).into(),
            3 => i16::from_le_bytes(self.array()?).into(),
            4 => u32::from_le_bytes(self.array()?).into(),
            5 => i32::from_le_bytes(self.array()?).into(),
            10 => u64::from_le_bytes(self.array()?).into(),
            _ => i64::from_le_bytes(self.array()?).into(),
        })
    }

    fn float(&mut self, kind: u32) -> Result<f64> {
        Ok(match kind {
            6 => f32::from_le_bytes(self.array()?).into(),
            _ => f64::from_le_bytes(self.array()?),
        })
    }

    /// An array. Each element takes bytes of the file, so a false length ends as truncation.
    fn list(&mut self) -> Result<Value> {
        let kind = self.u32()?;
        let length = self.u64()?;
        Ok(match kind {
            0..=5 | 10 | 11 => {
                let ints = (0..length).map(|_| self.int(kind).map(|n| n as i64));
                Value::Ints(ints.collect::<Result<_>>()?)
            }
            7 => {
                let flags = (0..length).map(|_| self.array::<1>().map(|[flag]| i64::from(flag != 0)));
                Value::Ints(flags.collect::<Result<_>>()?)
            }
            6 | 12 => Value::Floats((0..length).map(|_| self.float(kind)).collect::<Result<_>>()?),
            8 => Value::Strings((0..length).map(|_| self.string()).collect::<Result<_>>()?),
            other => return Err(self.malformed(format!("it has an array of type {other}"))),
        })
    }

    fn tensor_info(&mut self) -> Result<Info> {
        let name = self.string()?;
        let n_dims = self.u32()?;
        if !(1..=4).contains(&n_dims) {
            return Err(self.malformed(format!("tensor {name} has {n_dims} dimensions")));
        }
        // The file lists the dimension of adjacent values first.
        let mut shape = Vec::new();
        for _ in 0..n_dims {
            let dim = self.u64()?;
            let too_large = || self.malformed(format!("tensor {name} has a dimension of {dim}"));
            shape.push(usize::try_from(dim).map_err(|_| too_large())?);
        }
        shape.reverse();
        let kind = kind(self.u32()?);
        let offset = self.u64()?;
        Ok(Info { name, shape, kind, offset })
    }
}

/// The storage types by number.
///
/// # Source
///
/// `enum ggml_type` in `ggml.h`.
fn kind(number: u32) -> Kind {
    let known = match number {
        0 => GgmlDType::F32,
        1 => GgmlDType::F16,
        2 => GgmlDType::Q4_0,
        3 => GgmlDType::Q4_1,
        6 => GgmlDType::Q5_0,
        7 => GgmlDType::Q5_1,
        8 => GgmlDType::Q8_0,
        9 => GgmlDType::Q8_1,
        10 => GgmlDType::Q2K,
        11 => GgmlDType::Q3K,
        12 => GgmlDType::Q4K,
        13 => GgmlDType::Q5K,
        14 => GgmlDType::Q6K,
        15 => GgmlDType::Q8K,
        30 => GgmlDType::BF16,
        _ => {
            let name = match number {
                16 => "IQ2_XXS",
                17 => "IQ2_XS",
                18 => "IQ3_XXS",
                19 => "IQ1_S",
                20 => "IQ4_NL",
                21 => "IQ3_S",
                22 => "IQ2_S",
                23 => "IQ4_XS",
                24 => "I8",
                25 => "I16",
                26 => "I32",
                27 => "I64",
                28 => "F64",
                29 => "IQ1_M",
                34 => "TQ1_0",
                35 => "TQ2_0",
                39 => "MXFP4",
                _ => return Kind::Unknown(format!("GGML type {number}")),
            };
            return Kind::Unknown(name.to_owned());
        }
    };
    Kind::Known(known)
}
