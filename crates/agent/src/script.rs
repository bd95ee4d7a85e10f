//! A model that reads what it writes from a list.

use std::{collections::VecDeque, sync::Mutex};

use chat::{
    CancellationToken, ChatModel, Delta, Finish, Message, ModelError, ModelInfo, Reply, Request, Segment,
    Special, ToolSpec, Usage, wire::Format,
};
use futures::future::BoxFuture;
use serde::{Deserialize, de::Error as _};

/// The token of the first special token; a character's is its code point.
const FIRST_SPECIAL: u32 = char::MAX as u32 + 1;

/// For tests and demonstrations: each completion is the next text of a list, in a wire format with its
/// special tokens spelled out, and goes through the same parser as a real model's. A text without a
/// stop token is a model that never stops.
pub struct Script {
    info: ModelInfo,
    format: Format,
    completions: Mutex<VecDeque<String>>,
}

/// A script as a file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: Option<String>,
    completions: Vec<String>,
}

impl Script {
    /// A model that writes these, in the format `glm4-chat`.
    pub fn new<T: Into<String>>(completions: impl IntoIterator<Item = T>) -> Self {
        let info = ModelInfo {
            name: "script".into(),
            format: Format::Glm4Chat.name().into(),
            sha256: None,
            context_tokens: None,
        };
        let completions = Mutex::new(completions.into_iter().map(Into::into).collect());
        Self { info, format: Format::Glm4Chat, completions }
    }

    /// The same model with another format.
    pub fn with_format(mut self, format: Format) -> Self {
        self.info.format = format.name().into();
        self.format = format;
        self
    }

    /// Reads a JSON array of texts, or an object with such an array as `completions` and the name of
    /// a `format`.
    ///
    /// # Errors
    /// Anything else, or a format that does not exist.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        let Written { format, completions } = match json.trim_start().starts_with('{') {
            true => serde_json::from_str(json)?,
            false => Written { format: None, completions: serde_json::from_str(json)? },
        };
        let script = Self::new(completions);
        let Some(name) = format else { return Ok(script) };
        let names = Format::ALL.map(Format::name).join(", ");
        let format = Format::from_name(&name).ok_or_else(|| {
            serde_json::Error::custom(format!("there is no format {name:?}: the formats are {names}"))
        })?;
        Ok(script.with_format(format))
    }

    /// The same model with a context of this length. A character is a token.
    pub fn with_context(mut self, context_tokens: usize) -> Self {
        self.info.context_tokens = Some(context_tokens);
        self
    }

    fn next(&self) -> Result<String, ModelError> {
        let mut completions =
            self.completions.lock().map_err(|_| ModelError::Failed("the script broke".into()))?;
        completions.pop_front().ok_or_else(|| ModelError::Failed("the script has no more completions".into()))
    }
}

fn n_tokens(segment: &Segment) -> usize {
    match segment {
        Segment::Special(_) => 1,
        Segment::Text(text) => text.chars().count(),
    }
}

impl ChatModel for Script {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn count(&self, messages: &[Message], tools: &[ToolSpec]) -> Option<usize> {
        let prompt = self.format.render(&self.format.default_words(), messages, tools);
        Some(prompt.segments().iter().map(n_tokens).sum())
    }

    fn decode(&self, ids: &[u32]) -> Option<String> {
        let spelt = |id: &u32| match id.checked_sub(FIRST_SPECIAL) {
            Some(place) => Special::ALL.get(place as usize).map(|special| special.as_str().to_owned()),
            None => char::from_u32(*id).map(String::from),
        };
        Some(ids.iter().filter_map(spelt).collect())
    }

    fn complete<'a>(
        &'a self,
        request: Request,
        sink: &'a mut (dyn FnMut(Delta) + Send),
        cancel: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let text = self.next()?;
            let mut parser = self.format.parser(&request.tools);
            let mut usage = Usage::default();
            let (mut finish, mut ids) = (None, Vec::new());
            let mut rest = text.as_str();
            while finish.is_none() {
                tokio::task::yield_now().await;
                usage.completion_tokens += 1;
                let special = Special::ALL.into_iter().find(|s| rest.starts_with(s.as_str()));
                if cancel.is_cancelled() {
                    finish = Some(Finish::Cancelled);
                } else if usage.completion_tokens > request.max_tokens {
                    finish = Some(Finish::TokenLimit);
                } else if let Some(special) = special {
                    rest = &rest[special.as_str().len()..];
                    let place = Special::ALL.iter().position(|known| *known == special);
                    ids.push(FIRST_SPECIAL + place.unwrap_or_default() as u32);
                    finish = parser.special(special, sink).is_break().then_some(Finish::Stop);
                } else if let Some(c) = rest.chars().next() {
                    rest = &rest[c.len_utf8()..];
                    ids.push(u32::from(c));
                    parser.text(c.encode_utf8(&mut [0; 4]), sink);
                } else {
                    rest = &text;
                }
            }
            let finish = finish.unwrap_or(Finish::Stop);
            Ok(Reply { completion: parser.finish(sink), finish, usage, ids, lapse: None })
        })
    }
}
