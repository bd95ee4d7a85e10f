//! What a page says of itself.

use reqwest::Url;

use super::{
    clean::clean_text,
    tokens::{Mode, Token, Tokens},
    tree::{NodeId, Tree},
};

const MAX_TITLE_CHARS: usize = 200;
/// How far into a page its charset may be declared, as the standard has it.
const PRESCAN_BYTES: usize = 1024;

/// The charset that the first bytes of a page declare.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN_BYTES)]);
    if let Some(declaration) = head.strip_prefix("<?xml") {
        let declaration = declaration.split("?>").next()?;
        let (_, value) = declaration.split_once("encoding")?;
        let value = value.trim_start().strip_prefix('=')?.trim_start();
        return value.get(1..)?.split(['"', '\'']).next().map(str::to_owned);
    }
    Tokens::new(&head, Mode::Html).find_map(|token| {
        let Token::Start { name, attributes, .. } = token else { return None };
        let find = |key: &str| attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value);
        if name != "meta" {
            return None;
        }
        if let Some(charset) = find("charset") {
            return Some(charset.clone());
        }
        let is_type = find("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("content-type"));
        let content = find("content").filter(|_| is_type)?.to_ascii_lowercase();
        content.split_once("charset=").map(|(_, value)| value.trim_matches(['"', '\'', ' ']).to_owned())
    })
}

/// A page's title, on one line.
pub(super) fn title(tree: &Tree) -> String {
    let of = |id: NodeId| short(&tree.line(id));
    let titles = tree.first(Tree::ROOT, "title").map(of);
    let heading = || tree.first(Tree::ROOT, "h1").map(of);
    titles.filter(|title| !title.is_empty()).or_else(heading).unwrap_or_default()
}

/// A title fit to be shown.
pub(super) fn short(title: &str) -> String {
    let title = clean_text(title);
    title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_TITLE_CHARS).collect()
}

/// Where a page's relative links lead from.
pub(super) fn base(tree: &Tree, url: &Url) -> Url {
    let base = tree.first(Tree::ROOT, "base").and_then(|id| tree.attribute(id, "href"));
    base.and_then(|href| url.join(href.trim()).ok())
        .filter(|base| matches!(base.scheme(), "http" | "https"))
        .unwrap_or_else(|| url.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_are_found() {
        for (page, expected) in [
            ("<meta charset=gbk>", Some("gbk")),
            ("<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=Shift_JIS'>", Some("shift_jis")),
            ("<?xml version='1.0' encoding=\"iso-8859-1\"?><a/>", Some("iso-8859-1")),
            ("<?xml version='1.0'?><a/>", None),
            ("<meta name=charset content=x><p>", None),
        ] {
            assert_eq!(declared_charset(page.as_bytes()).as_deref(), expected, "{page}");
        }
    }
}
