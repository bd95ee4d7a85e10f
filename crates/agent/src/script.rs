//! A model that reads what it writes from a list.

use std::{collections::VecDeque, sync::Mutex};

use chat::{
    CancellationToken, ChatModel, Delta, Finish, ModelError, ModelInfo, Reply, Request, Special, Usage,
    wire::Format,
};
use futures::future::BoxFuture;

/// For tests and demonstrations: each completion is the next text of a list, in the wire format
/// `glm4-chat` with its special tokens spelled out, and goes through the same parser as a real
/// model's. A text without a stop token is a model that never stops.
pub struct Script {
    info: ModelInfo,
    completions: Mutex<VecDeque<String>>,
}

impl Script {
    /// A model that writes these.
    pub fn new<T: Into<String>>(completions: impl IntoIterator<Item = T>) -> Self {
        let info = ModelInfo {
            name: "script".into(),
            format: Format::Glm4Chat.name().into(),
            sha256: None,
            context_tokens: None,
        };
        Self { info, completions: Mutex::new(completions.into_iter().map(Into::into).collect()) }
    }

    /// Reads a JSON array of texts.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        Ok(Self::new(serde_json::from_str::<Vec<String>>(json)?))
    }

    fn next(&self) -> Result<String, ModelError> {
        let mut completions =
            self.completions.lock().map_err(|_| ModelError::Failed("the script broke".into()))?;
        completions.pop_front().ok_or_else(|| ModelError::Failed("the script has no more completions".into()))
    }
}

impl ChatModel for Script {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn complete<'a>(
        &'a self,
        request: Request,
        sink: &'a mut (dyn FnMut(Delta) + Send),
        cancel: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let text = self.next()?;
            let mut parser = Format::Glm4Chat.parser(&request.tools);
            let mut usage = Usage::default();
            let mut finish = None;
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
                    finish = parser.special(special, sink).is_break().then_some(Finish::Stop);
                } else if let Some(c) = rest.chars().next() {
                    rest = &rest[c.len_utf8()..];
                    parser.text(c.encode_utf8(&mut [0; 4]), sink);
                } else {
                    rest = &text;
                }
            }
            let finish = finish.unwrap_or(Finish::Stop);
            Ok(Reply { completion: parser.finish(sink), finish, usage, lapse: None })
        })
    }
}
