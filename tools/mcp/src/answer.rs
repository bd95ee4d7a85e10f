//! What a server answers to a call, as the observation that the model reads.

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};
use chat::{Observation, Status};
use rmcp::model::{CallToolResult, ContentBlock, ResourceContents};

use crate::{artifacts::Artifacts, offer::shown};

/// What stands for an answer that shows nothing.
const NOTHING: &str = "(no output)";

/// An answer, and what its links lead to, in their order.
pub(crate) struct Answer {
    pub result: CallToolResult,
    /// For each link: what the server gave for it, or why it gave nothing.
    pub linked: Vec<Result<Vec<ResourceContents>, String>>,
}

impl Answer {
    /// The addresses of the links in an answer.
    pub fn links(result: &CallToolResult) -> Vec<String> {
        let link = |block: &ContentBlock| match block {
            ContentBlock::ResourceLink(resource) => Some(resource.uri.clone()),
            _ => None,
        };
        result.content.iter().filter_map(link).collect()
    }

    /// The observation: texts as they are, and a line for each thing that became a file of `folder`.
    pub fn observe(self, folder: &Path, tool: &str) -> Observation {
        let mut artifacts = Artifacts::new(folder, tool);
        let mut linked = self.linked.into_iter();
        let mut parts: Vec<String> = Vec::new();
        for block in &self.result.content {
            match block {
                ContentBlock::Text(text) => parts.push(text.text.clone()),
                ContentBlock::Image(image) => {
                    parts.push(decoded(&mut artifacts, "image", Some(&image.mime_type), &image.data));
                }
                ContentBlock::Audio(audio) => {
                    parts.push(decoded(&mut artifacts, "audio", Some(&audio.mime_type), &audio.data));
                }
                ContentBlock::Resource(embedded) => {
                    parts.extend(resource(&mut artifacts, &embedded.resource))
                }
                ContentBlock::ResourceLink(link) => match linked.next() {
                    Some(Ok(contents)) => {
                        contents.iter().for_each(|contents| parts.extend(resource(&mut artifacts, contents)));
                    }
                    failed => {
                        let why =
                            failed.and_then(Result::err).unwrap_or_else(|| "it was not asked for".into());
                        parts.push(format!("[resource {}: not read: {why}]", shown(&link.uri)));
                    }
                },
                _ => parts.push("[something of a kind that is not known]".to_owned()),
            }
        }
        if let Some(value) = self.result.structured_content.filter(|_| !has_text(&self.result.content)) {
            parts.push(value.to_string());
        }
        parts.retain(|part| !part.is_empty());
        let text = if parts.is_empty() { NOTHING.to_owned() } else { parts.join("\n") };
        let status = if self.result.is_error == Some(true) { Status::Error } else { Status::Ok };
        Observation { artifacts: artifacts.finish(), ..Observation::new(status, text) }
    }
}

fn has_text(content: &[ContentBlock]) -> bool {
    content.iter().any(|block| matches!(block, ContentBlock::Text(text) if !text.text.is_empty()))
}

/// A text resource is shown and kept, any other is kept.
fn resource(artifacts: &mut Artifacts, contents: &ResourceContents) -> Vec<String> {
    match contents {
        ResourceContents::TextResourceContents { uri, mime_type, text, .. } => {
            let mime = mime_type.as_deref().unwrap_or("text/plain");
            let line = artifacts.keep(&format!("resource {}", shown(uri)), Some(mime), text.as_bytes());
            vec![line, text.clone()]
        }
        ResourceContents::BlobResourceContents { uri, mime_type, blob, .. } => {
            vec![decoded(artifacts, &format!("resource {}", shown(uri)), mime_type.as_deref(), blob)]
        }
        _ => vec!["[a resource of a kind that is not known]".to_owned()],
    }
}

fn decoded(artifacts: &mut Artifacts, what: &str, mime: Option<&str>, base64: &str) -> String {
    match BASE64_STANDARD.decode(base64) {
        Ok(bytes) => artifacts.keep(what, mime, &bytes),
        Err(error) => format!("[{what}: not kept: it is not base64: {error}]"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// `expected` has `FILE` where the path of an artifact stands.
    fn check(
        result: Value,
        linked: Vec<Result<Vec<ResourceContents>, String>>,
        status: Status,
        expected: &str,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let result = serde_json::from_value(result).unwrap();
        let seen = Answer { result, linked }.observe(folder.path(), "s__t");
        let mut text = seen.text.clone();
        for artifact in &seen.artifacts {
            assert!(artifact.path.is_file());
            text = text.replace(&artifact.path.display().to_string(), "FILE");
        }
        assert_eq!((seen.status, text.as_str()), (status, expected));
    }

    #[test]
    fn texts_are_joined_and_structure_stands_in_for_them() {
        check(
            json!({ "content": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }], "structuredContent": { "c": 1 } }),
            vec![],
            Status::Ok,
            "a\nb",
        );
        check(
            json!({ "content": [], "structuredContent": { "b": 1, "a": [2] } }),
            vec![],
            Status::Ok,
            r#"{"b":1,"a":[2]}"#,
        );
        check(json!({ "content": [] }), vec![], Status::Ok, "(no output)");
        check(
            json!({ "content": [{ "type": "text", "text": "no such file" }], "isError": true }),
            vec![],
            Status::Error,
            "no such file",
        );
    }

    #[test]
    fn what_is_not_text_becomes_a_file() {
        check(
            json!({ "content": [
                { "type": "text", "text": "see:" },
                { "type": "image", "data": "iVBORw==", "mimeType": "image/png" },
                { "type": "audio", "data": "!", "mimeType": "audio/wav" },
                { "type": "resource", "resource": { "uri": "x:../../etc/passwd", "text": "hello" } },
                { "type": "resource", "resource": { "uri": "x:\u{1b}[2J", "blob": "AA==", "mimeType": "application/gzip" } },
            ] }),
            vec![],
            Status::Ok,
            concat!(
                "see:\n[image: image/png, 4 bytes, in FILE]\n",
                "[audio: not kept: it is not base64: Invalid symbol 33, offset 0.]\n",
                "[resource \"x:../../etc/passwd\": text/plain, 5 bytes, in FILE]\nhello\n",
                "[resource \"x:[2J\": application/gzip, 1 bytes, in FILE]",
            ),
        );
    }

    #[test]
    fn links_are_what_they_lead_to() {
        let link = |uri| json!({ "type": "resource_link", "uri": uri, "name": "n" });
        check(
            json!({ "content": [link("x:1"), link("x:2"), link("x:3")] }),
            vec![Ok(vec![ResourceContents::text("hello", "x:1")]), Err("there is none".into())],
            Status::Ok,
            concat!(
                "[resource \"x:1\": text/plain, 5 bytes, in FILE]\nhello\n",
                "[resource \"x:2\": not read: there is none]\n[resource \"x:3\": not read: it was not asked for]"
            ),
        );
    }
}
