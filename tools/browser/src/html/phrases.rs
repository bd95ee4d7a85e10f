//! Lines by which pages of many languages announce something other than their article.

/// How such a line begins, in small letters.
const BEGINNINGS: [&str; 85] = [
    "advertisement",
    "also read",
    "anzeige",
    "abonniere",
    "about the author",
    "artikel gefallen",
    "artikel teilen",
    "auch interessant",
    "auch lesenswert",
    "be sociable",
    "berita terkait",
    "contenido relacionado",
    "czytaj dalej",
    "czytaj także",
    "czytaj też",
    "czytaj więcej",
    "dans la même rubrique",
    "das könnte dich",
    "das könnte ihnen",
    "das könnte sie",
    "den artikel mit anderen",
    "diesen artikel",
    "dowiedz się więcej",
    "empfohlene beiträge",
    "enlaces relacionados",
    "entdecken sie jetzt",
    "follow us",
    "folge uns",
    "get the latest",
    "jetzt abonnieren",
    "jetzt lesen",
    "kommentare",
    "kommentieren",
    "kommentar schreiben",
    "le puede interesar",
    "lea más",
    "lea también",
    "lea:",
    "leave a comment",
    "leave a reply",
    "lee también",
    "leer más",
    "leer también",
    "leggi anche",
    "leia mais",
    "leia também",
    "lesen sie auch",
    "lesen sie hier",
    "lesen sie mehr",
    "lesetipp",
    "lire aussi",
    "mehr dazu",
    "mehr informationen",
    "mehr themen",
    "mehr zum thema",
    "mira también",
    "mire:",
    "more on this",
    "noticias relacionadas",
    "passend zum thema",
    "puedes ver",
    "read also",
    "read more",
    "read next",
    "recommended for you",
    "reklama",
    "related articles",
    "related posts",
    "related stories",
    "related:",
    "schlagworte",
    "schon gelesen",
    "share this",
    "sign up for",
    "similar posts",
    "te puede interesar",
    "temas relacionados",
    "the post ",
    "weiterlesen",
    "weitere artikel",
    "zobacz też",
    "zum thema",
    "à lire aussi",
    "ähnliche artikel",
    "über den autor",
];
/// How a line begins that says where a picture is from.
const CREDITS: [&str; 14] = [
    "foto:",
    "fotos:",
    "foto ©",
    "bild:",
    "bilder:",
    "photo:",
    "photos:",
    "photo by",
    "image:",
    "bildquelle",
    "quelle:",
    "source:",
    "copyright",
    "©",
];

/// Whether a line of its own says that what follows, or what it links to, is something else, or where a
/// picture is from.
pub(super) fn is_aside(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©').to_lowercase();
    BEGINNINGS.iter().chain(&CREDITS).any(|beginning| line.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_lead_away_are_known() {
        for (line, expected) in [
            ("Read more: The river", true),
            ("» LEA TAMBIÉN: El río", true),
            ("Über den Autor", true),
            ("Foto: dpa", true),
            ("© 2020 All rights reserved", true),
            ("The river rose", false),
            ("Readers more or less agree", false),
            ("", false),
        ] {
            assert_eq!(is_aside(line), expected, "{line}");
        }
    }
}
