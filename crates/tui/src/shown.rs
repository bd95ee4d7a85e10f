//! A picture within an observation.

use chat::Artifact;

use crate::{
    figures::bytes,
    images::Canvas,
    label::label,
    picture::{Made, Picture, PictureError},
};

/// Pictures of one observation that are shown; more than that are named.
pub const MAX_SHOWN: usize = 8;
/// Columns of a file's name and of its path.
const MAX_NAME: usize = 64;
const MAX_PATH: usize = 400;

/// A picture, as far as it is known.
#[derive(Debug, PartialEq)]
pub struct Shown {
    /// Which.
    pub picture: Picture,
    /// What stands above it.
    pub caption: String,
    /// The columns and rows that there are for it, as laid out last.
    pub room: (u16, u16),
    /// Its columns and rows, as laid out last.
    pub size: Option<(u16, u16)>,
    pixels: Option<(u32, u32)>,
    /// Why it cannot be shown.
    has_failed: bool,
}

impl Shown {
    /// An artifact, if it is a picture.
    pub fn new(artifact: &Artifact) -> Option<Self> {
        if !artifact.mime.starts_with("image/") || artifact.mime.starts_with("image/svg") {
            return None;
        }
        let picture = Picture { path: artifact.path.clone(), sha256: artifact.sha256.clone() };
        let mut shown = Self {
            picture,
            caption: String::new(),
            room: (0, 0),
            size: None,
            pixels: None,
            has_failed: false,
        };
        shown.name("");
        Some(shown)
    }

    /// Whether its size is still to be found out.
    pub fn is_new(&self) -> bool {
        self.pixels.is_none() && !self.has_failed
    }

    /// Takes what reading it has told.
    pub fn tell(&mut self, read: &Result<Made, PictureError>) {
        match read {
            Ok(made) => {
                let (width, height) = made.pixels;
                self.pixels = Some(made.pixels);
                self.name(&format!("{width} × {height}, {}", bytes(made.bytes)));
            }
            Err(error) => {
                (self.has_failed, self.pixels) = (true, None);
                self.name(&error.to_string());
            }
        }
    }

    /// Takes the room that there is.
    pub fn layout(&mut self, canvas: Canvas, room: (u16, u16)) {
        self.room = room;
        self.size = self.pixels.and_then(|pixels| canvas.size(pixels, room));
    }

    /// The rows with the caption, as laid out last.
    pub fn height(&self) -> usize {
        1 + self.size.map_or(0, |(_, rows)| usize::from(rows))
    }

    fn name(&mut self, known: &str) {
        let name = self.picture.path.file_name().unwrap_or_default().to_string_lossy();
        let path = label(&self.picture.path.to_string_lossy(), MAX_PATH);
        self.caption = match known.is_empty() {
            true => path,
            false => format!("{} · {} · {path}", label(&name, MAX_NAME), label(known, MAX_PATH)),
        };
    }
}
