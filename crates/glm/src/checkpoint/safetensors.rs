//! Folders of safetensors files.
//!
//! # Source
//!
//! The format as <https://github.com/huggingface/safetensors> describes it: eight bytes of header
//! length, a JSON header, the tensors' bytes. The `safetensors` crate is not used because its sums
//! over a hostile header can overflow, and because its errors do not name the tensor.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use candle_core::quantized::GgmlDType;
use serde::Deserialize;

use super::{
    bytes::Bytes,
    table::{Entry, Kind, Table},
};
use crate::{Error, Result};

const INDEX: &str = "model.safetensors.index.json";
const SINGLE: &str = "model.safetensors";
/// The format's own limit.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Maps all weight files of a folder and reads their headers.
///
/// # Errors
///
/// There are none, one that the index names is absent, or one is damaged.
pub(crate) fn open(folder: &Path) -> Result<Table> {
    let mut table = Table { path: folder.to_path_buf(), files: Vec::new(), entries: BTreeMap::new() };
    for shard in shards(folder)? {
        let path = folder.join(&shard);
        let bytes = match Bytes::map(&path) {
            Err(Error::Missing { .. }) => {
                return Err(Error::MissingShard { path: folder.to_path_buf(), shard });
            }
            bytes => bytes?,
        };
        let file = table.files.len();
        table.entries.extend(entries(&path, file, &bytes)?);
        table.files.push(bytes);
    }
    Ok(table)
}

/// The names of the weight files, in order.
fn shards(folder: &Path) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Index {
        weight_map: BTreeMap<String, String>,
    }

    let path = folder.join(INDEX);
    let malformed = |reason: String| Error::Malformed { path: path.clone(), reason };
    if path.is_file() {
        let text = super::read_side_file(&path)?;
        let index: Index = serde_json::from_slice(&text).map_err(|e| malformed(e.to_string()))?;
        let shards: BTreeSet<String> = index.weight_map.into_values().collect();
        if shards.is_empty() {
            return Err(malformed("its weight_map is empty".to_owned()));
        }
        // A name with a separator could lead out of the folder.
        if let Some(shard) = shards.iter().find(|shard| shard.contains(['/', '\\']) || shard.starts_with('.'))
        {
            return Err(malformed(format!("it names the part {shard:?}, which is not a plain file name")));
        }
        return Ok(shards.into_iter().collect());
    }
    if folder.join(SINGLE).is_file() {
        return Ok(vec![SINGLE.to_owned()]);
    }
    let other = fs::read_dir(folder)
        .map_err(|source| Error::Read { path: folder.to_path_buf(), source })?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.ends_with(".bin") || name.ends_with(".pth"));
    let reason = match other {
        Some(other) => {
            format!("it has {other} but no {SINGLE}: pickled weights are not read, use a safetensors version")
        }
        None => format!("it has neither {SINGLE} nor {INDEX}"),
    };
    Err(Error::Malformed { path: folder.to_path_buf(), reason })
}

/// Reads one file's header.
fn entries(path: &Path, file: usize, bytes: &[u8]) -> Result<Vec<(String, Entry)>> {
    #[derive(Deserialize)]
    struct Info {
        dtype: String,
        shape: Vec<usize>,
        data_offsets: (u64, u64),
    }
    let malformed = |reason: String| Error::Malformed { path: path.to_path_buf(), reason };
    let found = bytes.len() as u64;
    let truncated = |expected| Error::Truncated { path: path.to_path_buf(), expected, found };
    let length = bytes.first_chunk().ok_or_else(|| truncated(8))?;
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER_BYTES {
        return Err(malformed(format!("its header would have {length} bytes, more than the format allows")));
    }
    let data_start = 8 + length;
    let header = bytes.get(8..data_start as usize).ok_or_else(|| truncated(data_start))?;
    let mut header: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(header).map_err(|e| malformed(format!("its header is not valid: {e}")))?;

    header.remove("__metadata__");
    let mut entries = Vec::new();
    for (name, info) in header {
        let info: Info = serde_json::from_value(info)
            .map_err(|e| malformed(format!("tensor {name} is not described: {e}")))?;
        let (start, end) = info.data_offsets;
        let range = start.checked_add(data_start).zip(end.checked_add(data_start));
        let Some((start, end)) = range.filter(|(start, end)| start <= end) else {
            return Err(malformed(format!("tensor {name} lies at {start} to {end}")));
        };
        if end > found {
            return Err(truncated(end));
        }
        let kind = match info.dtype.as_str() {
            "F32" => Kind::Known(GgmlDType::F32),
            "F16" => Kind::Known(GgmlDType::F16),
            "BF16" => Kind::Known(GgmlDType::BF16),
            other => Kind::Unknown(other.to_owned()),
        };
        if let Kind::Known(kind) = &kind {
            let n_bytes =
                info.shape.iter().try_fold(kind.type_size(), |product, dim| product.checked_mul(*dim));
            if n_bytes.map(|n| n as u64) != Some(end - start) {
                let shape = crate::error::Shape(info.shape);
                return Err(malformed(format!(
                    "tensor {name} has the shape {shape} in {} and {} bytes, which do not agree",
                    info.dtype,
                    end - start
                )));
            }
        }
        let bytes = start as usize..end as usize;
        entries.push((name, Entry { file, bytes, kind, shape: info.shape }));
    }
    Ok(entries)
}
