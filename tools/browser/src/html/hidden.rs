//! What of a page a person would not see.

/// Elements that show no text, and the readings over characters, which would stand between them.
const UNSEEN: [&str; 23] = [
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "audio",
    "video", "input", "select", "datalist", "textarea", "button", "noembed", "noframes", "applet", "map",
    "progress", "rt", "rp",
];

/// Classes of text that is for screen readers alone. A page can hide any text so.
const UNSEEN_CLASSES: [&str; 5] =
    ["sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"];

/// Whether an element and all that is in it is left out.
pub(super) fn is_hidden(name: &str, attributes: &[(String, String)]) -> bool {
    if UNSEEN.contains(&name) {
        return !is_tex(name, attributes);
    }
    let has_flag = |key: &str| attributes.iter().any(|(known, _)| known == key);
    if has_flag("hidden") || name == "dialog" && !has_flag("open") {
        return true;
    }
    attributes.iter().any(|(key, value)| match key.as_str() {
        "style" => hides(value),
        "class" => value.split_ascii_whitespace().any(|class| UNSEEN_CLASSES.contains(&class)),
        _ => false,
    })
}

/// Formulas that a script would have drawn.
fn is_tex(name: &str, attributes: &[(String, String)]) -> bool {
    name == "script" && attributes.iter().any(|(key, value)| key == "type" && value.starts_with("math/tex"))
}

/// Whether a style makes its element invisible.
fn hides(style: &str) -> bool {
    let mut is_absolute = false;
    let mut is_far = false;
    for declaration in style.split(';') {
        let Some((key, value)) = declaration.split_once(':') else { continue };
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "display" if value == "none" => return true,
            "visibility" if matches!(value, "hidden" | "collapse") => return true,
            "opacity" | "font-size" | "zoom" if is_zero(value) => return true,
            "color" if value == "transparent" => return true,
            "text-indent" | "left" | "right" | "top" | "margin-left" if is_far_away(value) => is_far = true,
            "clip" if value.replace(' ', "").starts_with("rect(0") => return true,
            "position" => is_absolute |= matches!(value, "absolute" | "fixed"),
            _ => {}
        }
    }
    is_far && (is_absolute || style.to_ascii_lowercase().contains("text-indent"))
}

fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.parse::<f32>().is_ok_and(|number| number.abs() < 0.01)
}

/// Past any screen.
fn is_far_away(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.parse::<f32>().is_ok_and(|number| number <= -900.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hiding_styles_are_known() {
        for (style, expected) in [
            ("display:none", true),
            ("color:red; Display : NONE !important", true),
            ("visibility: hidden", true),
            ("opacity:0", true),
            ("opacity:0.5", false),
            ("font-size:0px", true),
            ("font-size:10px", false),
            ("position:absolute; left:-9999px", true),
            ("left:-9999px", false),
            ("text-indent:-9999px", true),
            ("clip: rect(0, 0, 0, 0)", true),
            ("display:block", false),
            ("color: transparent", true),
            ("", false),
            ("nonsense:::;", false),
        ] {
            assert_eq!(hides(style), expected, "{style}");
        }
    }
}
