//! The pages of an earlier conversation, read back from what it was shown.

use reqwest::Url;

use crate::session::Source;

/// The pages in an observation with the ids by which they are cited. Pages cannot write such headers
/// themselves: the dagger in theirs is another character.
pub(crate) fn sources(observation: &str) -> Vec<(usize, Source)> {
    let heads: Vec<(usize, usize)> =
        lines(observation).filter_map(|(place, line)| Some((place, id(line)?))).collect();
    let ends = heads.iter().skip(1).map(|(place, _)| *place).chain([observation.len()]);
    let blocks = heads.iter().zip(ends);
    blocks.filter_map(|((begin, id), end)| Some((*id, source(&observation[*begin..end])?))).collect()
}

/// Lines with their places.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |place, line| {
        let begin = *place;
        *place += line.len();
        Some((begin, line.trim_end_matches('\n')))
    })
}

/// The id in a line like `[7†source]`.
fn id(line: &str) -> Option<usize> {
    line.strip_prefix('[')?.strip_suffix("†source]")?.parse().ok()
}

/// The page under a header.
fn source(block: &str) -> Option<Source> {
    let (_, rest) = block.split_once('\n')?;
    let (title, rest) = match rest.strip_prefix("TITLE: ") {
        Some(rest) => rest.split_once('\n')?,
        None => ("", rest),
    };
    let (url, rest) = rest.strip_prefix("URL: ")?.split_once('\n')?;
    // The notice and the share that is visible are not the page's.
    let text = rest.split_once("\n\n").map_or("", |(_, text)| text);
    let text = text.rsplit_once("\n\nVisible: ").map_or(text, |(text, _)| text);
    let text = crate::html::without_ids(text);
    Some(Source { url: Url::parse(url).ok()?, title: title.to_owned(), text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{page::Page, render};

    #[test]
    fn what_was_shown_is_read_back() {
        let page = |name: &str, text: &str| Page {
            url: Url::parse(&format!("https://a.example/{name}")).unwrap(),
            title: name.to_uppercase(),
            text: text.into(),
            links: Vec::new(),
        };
        let shown = [(7, page("a", "First.\n\n[1] note 【0†link】.")), (12, page("", "Second."))]
            .map(|(id, page)| render::page(id, &page, 0, 10_000, true).0);
        let seen: Vec<_> = sources(&format!("{}\n\nCould not open 3.", shown.join("\n\n")))
            .into_iter()
            .map(|(id, source)| (id, source.url.to_string(), source.title, source.text))
            .collect();
        let expected = [
            (7, "https://a.example/a", "A", "First.\n\n[1] note link."),
            (12, "https://a.example/", "", "Second."),
        ]
        .map(|(id, url, title, text)| (id, url.to_owned(), title.to_owned(), text.to_owned()));
        assert_eq!(seen, expected);
        for other in [
            "",
            "No results.",
            " # 【0†A†a.example】\nx",
            "[x†source]\nURL: y\n",
            "[7†source]\nURL: nowhere\n",
        ] {
            assert!(sources(other).is_empty(), "{other}");
        }
    }
}
