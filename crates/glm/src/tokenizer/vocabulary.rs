//! What each id stands for.

use chat::Special;

/// What one id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Bytes of text; a character may be spread over several tokens.
    Text(Box<[u8]>),
    /// Bytes of text that only the model writes: a token that was added to the vocabulary beside the
    /// merges, which encoding never makes.
    Added(Box<[u8]>),
    /// A token that steers and is not text, with its spelling.
    Control(Box<str>),
    /// A hole or padding in the vocabulary.
    Unused,
}

/// Why a vocabulary could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
    /// A file that does not have the shape it should have.
    #[error("the tokenizer cannot be read: {0}")]
    Malformed(String),
    /// A tokenizer of a kind that no GLM uses.
    #[error("the tokenizer is not supported: {0}")]
    Unsupported(String),
    /// A vocabulary in which some text has no ids.
    #[error("the vocabulary has no token for the byte 0x{0:02x}, so it cannot encode every text")]
    MissingByte(u8),
}

/// All tokens by id, the ids of the special ones and those of the single bytes.
pub(super) struct Vocabulary {
    tokens: Vec<Token>,
    specials: [Option<u32>; Special::ALL.len()],
    bytes: [u32; 256],
}

impl Vocabulary {
    /// Takes the tokens in the order of their ids. A text token that spells one of GLM-4's special
    /// tokens becomes a control token whatever the file called it.
    pub fn new(mut tokens: Vec<Token>) -> Result<Self, TokenizerError> {
        let mut specials = [None; Special::ALL.len()];
        let mut bytes = [None; 256];
        for (id, token) in tokens.iter_mut().enumerate() {
            let id = u32::try_from(id).map_err(|_| too_many())?;
            let special = match token {
                Token::Text(text) | Token::Added(text) => {
                    std::str::from_utf8(text).ok().and_then(Special::from_spelling)
                }
                Token::Control(spelling) => Special::from_spelling(spelling),
                Token::Unused => None,
            };
            if let Some(special) = special {
                *token = Token::Control(special.as_str().into());
                specials[special as usize].get_or_insert(id);
            } else if let Token::Text(text) = token
                && let [byte] = **text
            {
                bytes[byte as usize].get_or_insert(id);
            }
        }
        let mut found = [0; 256];
        for (byte, id) in (0..=u8::MAX).zip(bytes) {
            found[byte as usize] = id.ok_or(TokenizerError::MissingByte(byte))?;
        }
        Ok(Self { tokens, specials, bytes: found })
    }

    pub fn token(&self, id: u32) -> &Token {
        self.tokens.get(id as usize).unwrap_or(&Token::Unused)
    }

    pub fn id_of(&self, special: Special) -> Option<u32> {
        self.specials[special as usize]
    }

    pub fn id_of_byte(&self, byte: u8) -> u32 {
        self.bytes[byte as usize]
    }

    pub fn bytes(&self) -> &[u32; 256] {
        &self.bytes
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The tokens that encoding makes, with their ids.
    pub fn texts(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (0..).zip(&self.tokens).filter_map(|(id, token)| match token {
            Token::Text(bytes) => Some((id, &**bytes)),
            Token::Added(_) | Token::Control(_) | Token::Unused => None,
        })
    }
}

fn too_many() -> TokenizerError {
    TokenizerError::Malformed("it has more tokens than 32-bit ids".into())
}

/// The most ids that a vocabulary may name: a file cannot make us reserve memory for more.
pub(super) const MAX_TOKENS: usize = 1 << 22;

/// Places a token at its id, filling the holes before it.
pub(super) fn place(tokens: &mut Vec<Token>, id: usize, token: Token) -> Result<(), TokenizerError> {
    if id >= MAX_TOKENS {
        return Err(TokenizerError::Malformed(format!("the id {id} is beyond the limit of {MAX_TOKENS}")));
    }
    if tokens.len() <= id {
        tokens.resize(id + 1, Token::Unused);
    }
    if tokens[id] != Token::Unused {
        return Err(TokenizerError::Malformed(format!("the id {id} is there twice")));
    }
    tokens[id] = token;
    Ok(())
}
