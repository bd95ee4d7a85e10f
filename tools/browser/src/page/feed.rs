//! RSS and Atom as a list of links.

use reqwest::Url;

use crate::html::{Extracted, Link, Mode, NodeId, Rendered, Tree, clean_text, full};

const MAX_ITEMS: usize = 100;
const MAX_SUMMARY_CHARS: usize = 600;

/// The feed that a text is, if it is one.
pub(super) fn read(text: &str, url: &Url) -> Option<Extracted> {
    let tree = Tree::parse(text, Mode::Xml);
    let root = ["rss", "feed", "rdf:rdf"].iter().find_map(|name| tree.first(Tree::ROOT, name))?;
    let mut body = Rendered::default();
    let items = tree.elements(root).into_iter().filter(|id| matches!(tree.name(*id), "item" | "entry"));
    for item in items.take(MAX_ITEMS) {
        add(&tree, item, url, &mut body);
    }
    body.text.truncate(body.text.trim_end().len());
    let title = child(&tree, tree.first(root, "channel").unwrap_or(root), &["title"]);
    Some(Extracted { title: line(&title.map(|id| tree.text(id)).unwrap_or_default()), body })
}

fn add(tree: &Tree, item: NodeId, url: &Url, body: &mut Rendered) {
    let text_of = |names: &[&str]| child(tree, item, names).map(|id| tree.text(id)).unwrap_or_default();
    let title = plain(&text_of(&["title"]), url);
    let title = if title.is_empty() { "(no title)".to_owned() } else { title };
    match target(tree, item, url) {
        Some(link) => {
            let host = link.host_str().unwrap_or_default();
            let away = if Some(host) == url.host_str() { String::new() } else { format!("†{host}") };
            let label: String = title.replace(['【', '】', '†'], " ");
            body.text.push_str(&format!("- 【{}†{label}{away}】", body.links.len()));
            body.links.push(Link { url: link, text: label });
        }
        None => body.text.push_str(&format!("- {title}")),
    }
    let date = line(&text_of(&["pubdate", "published", "updated", "dc:date"]));
    if !date.is_empty() {
        body.text.push_str(&format!(" ({})", date.chars().take(60).collect::<String>()));
    }
    let summary = plain(&text_of(&["description", "summary", "content", "content:encoded"]), url);
    let summary: String = summary.chars().take(MAX_SUMMARY_CHARS).collect();
    if !summary.is_empty() && summary != title {
        body.text.push_str(&format!("\n  {summary}"));
    }
    body.text.push('\n');
}

/// The first child with one of these names.
fn child(tree: &Tree, of: NodeId, names: &[&str]) -> Option<NodeId> {
    names.iter().find_map(|name| tree.children(of).iter().find(|id| tree.name(**id) == *name).copied())
}

/// RSS writes a link's address as text, Atom as an attribute.
fn target(tree: &Tree, item: NodeId, url: &Url) -> Option<Url> {
    let links: Vec<NodeId> =
        tree.children(item).iter().filter(|id| tree.name(**id) == "link").copied().collect();
    let is_main = |id: &&NodeId| matches!(tree.attribute(**id, "rel"), None | Some("alternate"));
    let link = links.iter().find(is_main).or(links.first())?;
    let text = tree.attribute(*link, "href").map_or_else(|| tree.text(*link), str::to_owned);
    let joined = url.join(text.trim()).ok()?;
    matches!(joined.scheme(), "http" | "https").then_some(joined)
}

/// The words of a text that may be HTML, on one line.
fn plain(text: &str, url: &Url) -> String {
    match text.contains('<') {
        true => line(&crate::html::without_ids(&full(text, url).body.text)),
        false => line(text),
    }
}

fn line(text: &str) -> String {
    clean_text(text).replace('†', "+").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, title: &str, body: &str) {
        let feed = read(text, &Url::parse("https://a.example/feed").unwrap()).unwrap();
        assert_eq!((feed.title.as_str(), feed.body.text.as_str()), (title, body));
    }

    #[test]
    fn feeds_become_lists() {
        check(
            "<?xml version='1.0'?><rss><channel><title>News</title><link>https://a.example/</link>\
             <item><title>One &amp; two</title><link>https://b.example/1</link><pubDate>Mon, 1 Jan</pubDate>\
             <description><![CDATA[<p>First <b>text</b></p>]]></description></item>\
             <item><title><![CDATA[Three]]></title><link>/3</link></item></channel></rss>",
            "News",
            "- 【0†One & two†b.example】 (Mon, 1 Jan)\n  First text\n- 【1†Three】",
        );
        check(
            "<feed xmlns='x'><title>Atom</title><entry><title>A</title><link rel='self' href='/s'/>\
             <link rel='alternate' href='/a'/><summary>&lt;i&gt;sum&lt;/i&gt;</summary></entry></feed>",
            "Atom",
            "- 【0†A】\n  sum",
        );
        assert!(read("<a>x</a>", &Url::parse("https://a.example/").unwrap()).is_none());
    }
}
