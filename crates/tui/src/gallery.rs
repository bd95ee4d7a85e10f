//! The pictures that are ready to be drawn, and those that are missing.

use crate::{
    images::Canvas,
    picture::{Drawing, Made, Picture, Wanted},
};

/// Pictures that are kept ready. A large one in the form of a terminal has some megabytes.
const MAX_KEPT: usize = 12;

/// Pictures, those that were drawn last at the end.
#[derive(Debug, Default)]
pub struct Gallery {
    ready: Vec<(Picture, Drawing)>,
    /// The first one that this frame misses.
    missing: Option<Wanted>,
}

impl Gallery {
    /// A frame begins.
    pub fn begin(&mut self) {
        self.missing = None;
    }

    /// A picture of this size, if it is ready.
    pub fn find(&mut self, picture: &Picture, size: (u16, u16)) -> Option<&Drawing> {
        let fits = |(known, drawing): &(Picture, Drawing)| known == picture && drawing.size == size;
        let place = self.ready.iter().rposition(fits)?;
        let found = self.ready.remove(place);
        self.ready.push(found);
        self.ready.last().map(|(_, drawing)| drawing)
    }

    /// Notes that a picture is needed and not there.
    pub fn miss(&mut self, picture: &Picture, room: (u16, u16), canvas: Canvas) {
        if self.missing.is_none() {
            self.missing = Some(Wanted { picture: picture.clone(), room, canvas });
        }
    }

    /// What the last frame missed.
    pub fn missing(&mut self) -> Option<Wanted> {
        self.missing.take()
    }

    /// Takes a picture in. The one that was not drawn for longest gives way.
    pub fn hang(&mut self, picture: Picture, made: Made) {
        let Some(drawing) = made.drawing else { return };
        self.ready.retain(|(known, old)| *known != picture || old.size != drawing.size);
        if self.ready.len() == MAX_KEPT {
            self.ready.remove(0);
        }
        self.ready.push((picture, drawing));
    }

    /// The terminal has lost what it was given.
    pub fn clear(&mut self) {
        self.ready.clear();
    }
}
