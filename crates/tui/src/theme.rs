//! Colours, by what they mean.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is; a theme says how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// What matters less: hints, times, rules.
    Dim,
    /// Names of tools, headings, what can be chosen.
    Accent,
    /// The user's own words.
    Prompt,
    /// Success.
    Good,
    /// Failure.
    Bad,
    /// What asks for attention.
    Warn,
    /// A keyword of a language.
    Keyword,
    /// A string of a language, and code within prose.
    String,
    /// A number of a language.
    Number,
    /// A comment of a language.
    Comment,
    /// A name that a language gives to something, and a key of an object.
    Name,
    /// The chosen row of a list.
    Selected,
    /// What a search found.
    Match,
}

/// A set of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// 256 colours on a dark ground.
    #[default]
    Dark,
    /// 256 colours on a light ground.
    Light,
    /// The terminal's own 16 colours.
    Sixteen,
    /// No colours: only bold, dim and reversed text.
    Plain,
}

impl Theme {
    /// All of them with the names that people use.
    pub const ALL: [(&str, Self); 4] =
        [("dark", Self::Dark), ("light", Self::Light), ("16", Self::Sixteen), ("none", Self::Plain)];

    /// The theme of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, theme)| theme)
    }

    /// The name that people use.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, theme)| *theme == self).map_or("dark", |(name, _)| name)
    }

    /// What suits the terminal, as the environment describes it: `NO_COLOR`, `TERM`, `COLORTERM` and
    /// `COLORFGBG`.
    ///
    /// ```
    /// use tui::Theme;
    ///
    /// let terminal = |name: &str| (name == "TERM").then(|| "xterm-256color".to_owned());
    /// assert_eq!(Theme::detect(terminal), Theme::Dark);
    /// assert_eq!(Theme::detect(|name| (name == "NO_COLOR").then(|| "1".to_owned())), Theme::Plain);
    /// ```
    pub fn detect(environment: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name| environment(name).unwrap_or_default();
        if !value("NO_COLOR").is_empty() || value("TERM") == "dumb" {
            return Self::Plain;
        }
        if !value("TERM").contains("256") && value("COLORTERM").is_empty() {
            return Self::Sixteen;
        }
        // The last field is the ground: 7 and 9 to 15 are light.
        match value("COLORFGBG").rsplit(';').next().and_then(|ground| ground.parse::<u8>().ok()) {
            Some(7 | 9..=15) => Self::Light,
            _ => Self::Dark,
        }
    }

    /// How text of this kind looks.
    pub fn style(self, role: Role) -> Style {
        let style = Style::new();
        let style = match self {
            Self::Dark => colour(style, role, &DARK),
            Self::Light => colour(style, role, &LIGHT),
            Self::Sixteen => colour(style, role, &SIXTEEN),
            Self::Plain => style,
        };
        match role {
            Role::Prompt => style.add_modifier(Modifier::BOLD),
            Role::Selected | Role::Match => style.add_modifier(Modifier::REVERSED),
            Role::Accent | Role::Bad | Role::Warn | Role::Keyword if self == Self::Plain => {
                style.add_modifier(Modifier::BOLD)
            }
            Role::Dim | Role::Comment if matches!(self, Self::Plain | Self::Sixteen) => {
                style.add_modifier(Modifier::DIM)
            }
            _ => style,
        }
    }
}

struct Palette {
    dim: Color,
    accent: Color,
    prompt: Color,
    good: Color,
    bad: Color,
    warn: Color,
    keyword: Color,
    string: Color,
    number: Color,
    name: Color,
}

const DARK: Palette = Palette {
    dim: Color::Indexed(245),
    accent: Color::Indexed(80),
    prompt: Color::Indexed(117),
    good: Color::Indexed(114),
    bad: Color::Indexed(203),
    warn: Color::Indexed(221),
    keyword: Color::Indexed(176),
    string: Color::Indexed(150),
    number: Color::Indexed(215),
    name: Color::Indexed(111),
};

const LIGHT: Palette = Palette {
    dim: Color::Indexed(243),
    accent: Color::Indexed(30),
    prompt: Color::Indexed(25),
    good: Color::Indexed(28),
    bad: Color::Indexed(160),
    warn: Color::Indexed(130),
    keyword: Color::Indexed(90),
    string: Color::Indexed(22),
    number: Color::Indexed(130),
    name: Color::Indexed(26),
};

const SIXTEEN: Palette = Palette {
    dim: Color::Reset,
    accent: Color::Cyan,
    prompt: Color::Blue,
    good: Color::Green,
    bad: Color::Red,
    warn: Color::Yellow,
    keyword: Color::Magenta,
    string: Color::Green,
    number: Color::Yellow,
    name: Color::Blue,
};

fn colour(style: Style, role: Role, palette: &Palette) -> Style {
    let colour = match role {
        Role::Text => return style,
        Role::Dim | Role::Comment => palette.dim,
        Role::Accent | Role::Selected => palette.accent,
        Role::Prompt => palette.prompt,
        Role::Good => palette.good,
        Role::Bad => palette.bad,
        Role::Warn | Role::Match => palette.warn,
        Role::Keyword => palette.keyword,
        Role::String => palette.string,
        Role::Number => palette.number,
        Role::Name => palette.name,
    };
    style.fg(colour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::variables;

    #[test]
    fn the_environment_chooses() {
        let check = |environment: &[(&str, &str)], expected| {
            assert_eq!(Theme::detect(variables(environment)), expected, "{environment:?}");
        };
        check(&[("TERM", "xterm-256color")], Theme::Dark);
        check(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], Theme::Plain);
        check(&[("TERM", "xterm-256color"), ("NO_COLOR", "")], Theme::Dark);
        check(&[("TERM", "linux")], Theme::Sixteen);
        check(&[("TERM", "linux"), ("COLORTERM", "truecolor")], Theme::Dark);
        check(&[("TERM", "tmux-256color"), ("COLORFGBG", "0;15")], Theme::Light);
        check(&[("TERM", "tmux-256color"), ("COLORFGBG", "15;default;0")], Theme::Dark);
        check(&[("TERM", "dumb")], Theme::Plain);
    }

    #[test]
    fn without_colours_nothing_has_one() {
        for role in [Role::Text, Role::Dim, Role::Accent, Role::Bad, Role::Keyword, Role::Match] {
            let style = Theme::Plain.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
    }
}
