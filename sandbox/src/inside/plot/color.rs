//! Colours by the names that people write, and the maps from values to colours.

use super::description::{Color, Scale, Value};

/// Red, green, blue and alpha, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rgba(pub f64, pub f64, pub f64, pub f64);

pub(super) const BLACK: Rgba = Rgba(0.0, 0.0, 0.0, 1.0);
pub(super) const WHITE: Rgba = Rgba(1.0, 1.0, 1.0, 1.0);
pub(super) const GRID: Rgba = Rgba(0.69, 0.69, 0.69, 1.0);

/// The colours that plots take in turn, `C0` to `C9`, with their names.
const CYCLE: [(&str, u32); 10] = [
    ("blue", 0x1f77b4),
    ("orange", 0xff7f0e),
    ("green", 0x2ca02c),
    ("red", 0xd62728),
    ("purple", 0x9467bd),
    ("brown", 0x8c564b),
    ("pink", 0xe377c2),
    ("gray", 0x7f7f7f),
    ("olive", 0xbcbd22),
    ("cyan", 0x17becf),
];

#[rustfmt::skip]
const NAMES: &[(&str, u32)] = &[
    ("b", 0x0000ff), ("g", 0x008000), ("r", 0xff0000), ("c", 0x00bfbf), ("m", 0xbf00bf), ("y", 0xbfbf00), ("k", 0), ("w", 0xffffff),
    ("aqua", 0x00ffff), ("beige", 0xf5f5dc), ("black", 0), ("blue", 0x0000ff), ("brown", 0xa52a2a), ("chocolate", 0xd2691e),
    ("coral", 0xff7f50), ("cornflowerblue", 0x6495ed), ("crimson", 0xdc143c), ("cyan", 0x00ffff), ("darkblue", 0x00008b),
    ("darkgray", 0xa9a9a9), ("darkgreen", 0x006400), ("darkgrey", 0xa9a9a9), ("darkorange", 0xff8c00), ("darkred", 0x8b0000),
    ("deepskyblue", 0x00bfff), ("dimgray", 0x696969), ("dodgerblue", 0x1e90ff), ("firebrick", 0xb22222), ("forestgreen", 0x228b22),
    ("fuchsia", 0xff00ff), ("gold", 0xffd700), ("goldenrod", 0xdaa520), ("gray", 0x808080), ("green", 0x008000), ("grey", 0x808080),
    ("hotpink", 0xff69b4), ("indianred", 0xcd5c5c), ("indigo", 0x4b0082), ("khaki", 0xf0e68c), ("lavender", 0xe6e6fa),
    ("lightblue", 0xadd8e6), ("lightcoral", 0xf08080), ("lightgray", 0xd3d3d3), ("lightgreen", 0x90ee90), ("lightgrey", 0xd3d3d3),
    ("lightpink", 0xffb6c1), ("lightskyblue", 0x87cefa), ("lightyellow", 0xffffe0), ("lime", 0x00ff00), ("limegreen", 0x32cd32),
    ("magenta", 0xff00ff), ("maroon", 0x800000), ("mediumpurple", 0x9370db), ("mediumseagreen", 0x3cb371), ("midnightblue", 0x191970),
    ("navy", 0x000080), ("olive", 0x808000), ("orange", 0xffa500), ("orangered", 0xff4500), ("orchid", 0xda70d6), ("pink", 0xffc0cb),
    ("plum", 0xdda0dd), ("purple", 0x800080), ("red", 0xff0000), ("royalblue", 0x4169e1), ("salmon", 0xfa8072), ("seagreen", 0x2e8b57),
    ("silver", 0xc0c0c0), ("skyblue", 0x87ceeb), ("slateblue", 0x6a5acd), ("slategray", 0x708090), ("springgreen", 0x00ff7f),
    ("steelblue", 0x4682b4), ("tan", 0xd2b48c), ("teal", 0x008080), ("tomato", 0xff6347), ("turquoise", 0x40e0d0), ("violet", 0xee82ee),
    ("wheat", 0xf5deb3), ("white", 0xffffff), ("yellow", 0xffff00), ("yellowgreen", 0x9acd32),
];

/// Maps by a few of their colours, evenly spaced.
#[rustfmt::skip]
const MAPS: &[(&str, &[u32])] = &[
    ("viridis", &[0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725]),
    ("plasma", &[0x0d0887, 0x4c02a1, 0x7e03a8, 0xa92395, 0xcc4778, 0xe56b5d, 0xf89540, 0xfdc527, 0xf0f921]),
    ("inferno", &[0x000004, 0x210c4a, 0x57106e, 0x8a226a, 0xbc3754, 0xe45a31, 0xf98e09, 0xf9cb35, 0xfcffa4]),
    ("magma", &[0x000004, 0x1d1147, 0x51127c, 0x822681, 0xb73779, 0xe75263, 0xfc8961, 0xfec488, 0xfcfdbf]),
    ("gray", &[0x000000, 0xffffff]), ("grey", &[0x000000, 0xffffff]), ("binary", &[0xffffff, 0x000000]), ("Greys", &[0xffffff, 0x000000]),
    ("hot", &[0x0b0000, 0xff0000, 0xffff00, 0xffffff]), ("cool", &[0x00ffff, 0xff00ff]),
    ("jet", &[0x000080, 0x0000ff, 0x00ffff, 0x7fff7f, 0xffff00, 0xff0000, 0x800000]),
    ("rainbow", &[0x8000ff, 0x00b5eb, 0x80ffb4, 0xffb360, 0xff0000]),
    ("coolwarm", &[0x3b4cc0, 0x7b9ff9, 0xc0d4f5, 0xdddcdc, 0xf2cbb7, 0xee8468, 0xb40426]),
    ("RdBu", &[0x67001f, 0xd6604d, 0xf7f7f7, 0x4393c3, 0x053061]), ("RdYlGn", &[0xa50026, 0xf88d52, 0xffffbf, 0x86cb66, 0x006837]),
    ("Blues", &[0xf7fbff, 0xc6dbef, 0x6baed6, 0x2171b5, 0x08306b]), ("Greens", &[0xf7fcf5, 0xc7e9c0, 0x74c476, 0x238b45, 0x00441b]),
    ("Reds", &[0xfff5f0, 0xfcbba1, 0xfb6a4a, 0xcb181d, 0x67000d]), ("Oranges", &[0xfff5eb, 0xfdd0a2, 0xfd8d3c, 0xd94801, 0x7f2704]),
    ("YlOrRd", &[0xffffcc, 0xfed976, 0xfd8d3c, 0xe31a1c, 0x800026]), ("YlGnBu", &[0xffffd9, 0xc7e9b4, 0x41b6c4, 0x225ea8, 0x081d58]),
];

fn of(hex: u32) -> Rgba {
    let part = |shift: u32| f64::from(hex >> shift & 0xff) / 255.0;
    Rgba(part(16), part(8), part(0), 1.0)
}

impl Rgba {
    /// The same, seen through.
    pub fn with_alpha(self, alpha: f64) -> Self {
        Self(self.0, self.1, self.2, self.3 * alpha.clamp(0.0, 1.0))
    }
}

/// The colour of a description.
///
/// # Errors
/// It is none: which, and what there is.
pub(super) fn color(color: &Color) -> Result<Rgba, String> {
    match color {
        Color::Named(name) => named(name).ok_or_else(|| {
            format!(
                "{name:?} is not a color that is known here: use a name such as \"steelblue\", or \"#rrggbb\""
            )
        }),
        Color::Parts(parts) => match parts[..] {
            [r, g, b] => Ok(Rgba(r, g, b, 1.0)),
            [r, g, b, a] => Ok(Rgba(r, g, b, a)),
            _ => Err(format!("a color has 3 or 4 parts, not {}", parts.len())),
        },
    }
}

fn named(name: &str) -> Option<Rgba> {
    let lower = name.to_ascii_lowercase();
    if lower == "none" {
        return Some(Rgba(0.0, 0.0, 0.0, 0.0));
    }
    if let Some(digits) = name.strip_prefix('#') {
        return hex(digits);
    }
    if let Some(i) = name.strip_prefix('C').and_then(|digits| digits.parse::<usize>().ok()) {
        return Some(of(CYCLE[i % CYCLE.len()].1));
    }
    if let Some(table) = lower.strip_prefix("tab:") {
        let table = if table == "grey" { "gray" } else { table };
        return CYCLE.iter().find(|(known, _)| *known == table).map(|(_, hex)| of(*hex));
    }
    if let Ok(gray) = lower.parse::<f64>() {
        return (0.0..=1.0).contains(&gray).then_some(Rgba(gray, gray, gray, 1.0));
    }
    NAMES.iter().find(|(known, _)| *known == lower).map(|(_, hex)| of(*hex))
}

fn hex(digits: &str) -> Option<Rgba> {
    let long = match digits.len() {
        3 | 4 => digits.chars().flat_map(|c| [c, c]).collect::<String>(),
        6 | 8 => digits.to_owned(),
        _ => return None,
    };
    let number = u32::from_str_radix(&long, 16).ok()?;
    if long.len() == 6 {
        return Some(of(number));
    }
    Some(of(number >> 8).with_alpha(f64::from(number & 0xff) / 255.0))
}

/// The colours of a map from its low to its high end.
///
/// # Errors
/// There is none of this name.
pub(super) fn map(name: &str) -> Result<Vec<Rgba>, String> {
    let (base, reversed) = name.strip_suffix("_r").map_or((name, false), |base| (base, true));
    let found = MAPS.iter().find(|(known, _)| known.eq_ignore_ascii_case(base));
    let (_, colors) = found.ok_or_else(|| {
        let known: Vec<&str> = MAPS.iter().map(|(known, _)| *known).collect();
        format!("there is no color map {name:?} here: use one of {}", known.join(", "))
    })?;
    let mut colors: Vec<Rgba> = colors.iter().map(|hex| of(*hex)).collect();
    if reversed {
        colors.reverse();
    }
    Ok(colors)
}

/// The colour of a part from 0 to 1 of a map.
pub(super) fn at(map: &[Rgba], part: f64) -> Rgba {
    let last = map.len().saturating_sub(1);
    let place = part.clamp(0.0, 1.0) * last as f64;
    let i = (place as usize).min(last.saturating_sub(1));
    let (Some(a), Some(b)) = (map.get(i), map.get((i + 1).min(last))) else { return BLACK };
    let mix = |a: f64, b: f64| a + (b - a) * (place - i as f64);
    Rgba(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2), 1.0)
}

/// The colour of a value; a missing one has none.
pub(super) fn of_value(map: &[Rgba], scale: &Scale, value: Value) -> Rgba {
    let Some(value) = value else { return Rgba(1.0, 1.0, 1.0, 0.0) };
    let span = scale.high - scale.low;
    at(map, if span == 0.0 { 0.5 } else { (value - scale.low) / span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_known_by_what_people_write() {
        for (name, expected) in [
            ("C1", Some(of(0xff7f0e))),
            ("tab:grey", Some(of(0x7f7f7f))),
            ("SteelBlue", Some(of(0x4682b4))),
            ("#f00", Some(of(0xff0000))),
            ("#0000ff80", Some(of(0x0000ff).with_alpha(128.0 / 255.0))),
            ("0.5", Some(Rgba(0.5, 0.5, 0.5, 1.0))),
            ("r", Some(of(0xff0000))),
            ("#ggg", None),
            ("", None),
            ("nosuch", None),
        ] {
            assert_eq!(named(name), expected, "{name}");
        }
        assert!(map("nosuch").is_err());
        assert_eq!(at(&map("gray_r").unwrap(), 0.0), WHITE);
        assert_eq!(at(&map("gray").unwrap(), 2.0), WHITE);
    }
}
