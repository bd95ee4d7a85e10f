//! Pictures that come while the conversation goes on.

use super::State;
use crate::picture::{Made, Picture, PictureError, Wanted};

impl State {
    /// The next picture that is on the screen and not ready to be drawn. It is read elsewhere, for
    /// [`State::pictured`].
    pub fn missing_picture(&mut self) -> Option<Wanted> {
        self.gallery.missing()
    }

    /// Takes a picture that was missing, or why there is none.
    pub fn pictured(&mut self, picture: Picture, read: Result<Made, PictureError>) {
        self.conversation.tell(&picture, &read);
        if let Ok(made) = read {
            self.gallery.hang(picture, made);
        }
    }

    /// Takes a cell's size in pixels; zero where the terminal does not tell it.
    pub fn set_cell_size(&mut self, font: (u16, u16)) {
        if font != self.canvas.font {
            self.canvas.font = font;
            self.gallery.clear();
        }
    }

    /// What the terminal was given before is not on it any more.
    pub fn forget_pictures(&mut self) {
        self.gallery.clear();
    }
}
