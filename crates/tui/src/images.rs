//! By which means a terminal shows pictures.

use crate::theme::Theme;

/// A cell of a terminal that does not tell its size, in pixels.
const USUAL_FONT: (u16, u16) = (10, 20);

/// What the user wants to become of pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Images {
    /// What the terminal is known for, otherwise half blocks.
    #[default]
    Auto,
    /// This and nothing else.
    Always(Means),
    /// They are only named.
    Off,
}

/// A way to put pixels on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Kitty's graphics protocol.
    Kitty,
    /// Sixels.
    Sixel,
    /// iTerm2's inline images.
    Iterm2,
    /// Two colours a cell, which every terminal with colours can do.
    Halfblocks,
}

/// How pictures are drawn on this terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Canvas {
    /// By which means; nothing if they are only named.
    pub means: Option<Means>,
    /// A cell's width and height in pixels; zero if nobody told.
    pub font: (u16, u16),
    /// Whether each of 16 million colours can be shown.
    pub has_all_colours: bool,
}

impl Images {
    /// All choices with the names that people use.
    pub const ALL: [(&str, Self); 6] = [
        ("auto", Self::Auto),
        ("kitty", Self::Always(Means::Kitty)),
        ("sixel", Self::Always(Means::Sixel)),
        ("iterm2", Self::Always(Means::Iterm2)),
        ("halfblocks", Self::Always(Means::Halfblocks)),
        ("off", Self::Off),
    ];

    /// The choice of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, images)| images)
    }

    /// How this choice is carried out on a terminal that the environment describes. The terminal itself
    /// is not asked: one that does not answer would be waited for, one that answers late would type its
    /// answer into the prompt, and keys that are pressed meanwhile would be lost.
    pub fn on(self, environment: impl Fn(&str) -> Option<String>) -> Canvas {
        let value = |name: &str| environment(name).unwrap_or_default();
        let means = match self {
            Self::Off => None,
            Self::Always(means) => Some(means),
            Self::Auto => Some(known(&value)),
        };
        let has_all_colours = matches!(value("COLORTERM").as_str(), "truecolor" | "24bit");
        Canvas { means, font: (0, 0), has_all_colours }
    }
}

/// What terminals of this name can do.
fn known(value: &impl Fn(&str) -> String) -> Means {
    let (term, program) = (value("TERM"), value("TERM_PROGRAM"));
    // What a multiplexer runs in is not what it shows.
    if !value("TMUX").is_empty() || !value("STY").is_empty() || term.starts_with("tmux") {
        return Means::Halfblocks;
    }
    match (term.as_str(), program.as_str()) {
        ("xterm-kitty" | "xterm-ghostty", _) | (_, "ghostty") => Means::Kitty,
        (_, "iTerm.app" | "WezTerm" | "mintty") => Means::Iterm2,
        ("foot" | "foot-extra" | "mlterm" | "contour", _) => Means::Sixel,
        _ => Means::Halfblocks,
    }
}

impl Canvas {
    /// Half blocks in 16 million colours.
    pub const HALFBLOCKS: Self =
        Self { means: Some(Means::Halfblocks), font: USUAL_FONT, has_all_colours: true };

    /// As it is in a theme: without colours there are no pictures.
    pub(crate) fn in_theme(mut self, theme: Theme) -> Self {
        self.means = self.means.filter(|_| theme != Theme::Plain);
        self
    }

    /// As it is where pictures are printed like text, which only some can be.
    pub(crate) fn printed(mut self, is_printed: bool) -> Self {
        if is_printed && matches!(self.means, Some(Means::Sixel | Means::Iterm2)) {
            self.means = Some(Means::Halfblocks);
        }
        self
    }

    /// A cell's size in pixels.
    pub(crate) fn cell(self) -> (u16, u16) {
        match (self.means, self.font) {
            // Their pixels are parts of a cell, whatever its size.
            (Some(Means::Halfblocks), _) | (_, (0, _) | (_, 0)) => USUAL_FONT,
            (_, font) => font,
        }
    }

    /// The cells of a picture of this many pixels in a room of so many columns and rows; nothing where
    /// there is too little room.
    pub(crate) fn size(self, (width, height): (u32, u32), room: (u16, u16)) -> Option<(u16, u16)> {
        self.means?;
        if room.0 < MIN_ROOM.0 || room.1 < MIN_ROOM.1 || width == 0 || height == 0 {
            return None;
        }
        let font = self.cell();
        let (wide, high) = (f64::from(width) / f64::from(font.0), f64::from(height) / f64::from(font.1));
        let scale = (f64::from(room.0) / wide).min(f64::from(room.1) / high).min(1.0);
        // At least one, and never more than the room.
        let cells = |natural: f64, most: u16| ((natural * scale).round() as u16).clamp(1, most);
        Some((cells(wide, room.0), cells(high, room.1)))
    }
}

/// The least columns and rows in which a picture says anything.
const MIN_ROOM: (u16, u16) = (4, 2);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::variables;

    #[test]
    fn the_environment_chooses() {
        let check = |environment: &[(&str, &str)], expected| {
            assert_eq!(Images::Auto.on(variables(environment)).means, Some(expected), "{environment:?}");
        };
        check(&[("TERM", "xterm-256color")], Means::Halfblocks);
        check(&[("TERM", "xterm-kitty")], Means::Kitty);
        check(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x,1,0")], Means::Halfblocks);
        check(&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "iTerm.app")], Means::Halfblocks);
        check(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], Means::Iterm2);
        check(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "ghostty")], Means::Kitty);
        check(&[("TERM", "foot")], Means::Sixel);
        check(&[], Means::Halfblocks);
        assert_eq!(Images::Off.on(|_| None).means, None);
    }

    #[test]
    fn names_are_those_of_the_setting() {
        assert_eq!(Images::from_name("sixel"), Some(Images::Always(Means::Sixel)));
        assert_eq!(Images::from_name("gif"), None);
    }

    #[test]
    fn a_picture_keeps_its_shape_and_its_room() {
        let check = |pixels, room, expected| {
            assert_eq!(Canvas::HALFBLOCKS.size(pixels, room), expected, "{pixels:?} in {room:?}");
        };
        check((640, 480), (100, 20), Some((53, 20)));
        check((640, 480), (36, 20), Some((36, 14)));
        check((20, 20), (36, 20), Some((2, 1)));
        check((1, 10_000), (36, 20), Some((1, 20)));
        check((u32::MAX, 1), (36, 20), Some((36, 1)));
        check((640, 480), (3, 20), None);
        check((0, 480), (36, 20), None);
        let off = Canvas { means: None, ..Canvas::HALFBLOCKS };
        assert_eq!(off.size((640, 480), (36, 20)), None);
        assert_eq!(Canvas::HALFBLOCKS.in_theme(Theme::Plain).means, None);
    }
}
