//! The part of a page that people come for.

use dom_smoothie::{Config, Readability};
use reqwest::Url;

use super::{
    furniture::Furniture,
    markdown::{Rendered, without_ids},
    meta,
    quiet::quietly,
    tokens::Mode,
    tree::{NodeId, Tree},
    write,
};

/// Pages with more nodes or text are shown whole: finding the article takes longer than it is worth.
const MAX_NODES: usize = 60_000;
const MAX_BYTES: usize = 4 << 20;
/// An article shorter than this may be a mistake.
const SHORT_BYTES: usize = 500;

/// A page's title and text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extracted {
    /// The title on one line; may be empty.
    pub title: String,
    /// The text with its links.
    pub body: Rendered,
}

/// The article of a page, or the whole page where there is none worth it. Takes time: it runs beside
/// the async tasks.
pub(crate) fn article(html: &str, url: &Url) -> Extracted {
    let tree = Tree::parse(html, Mode::Html);
    let page = Page { furniture: Furniture::new(&tree), base: meta::base(&tree, url), tree };
    let title = meta::title(&page.tree);
    match page.main_part() {
        Some((found_title, body)) if page.is_enough(&body) => {
            Extracted { title: if found_title.is_empty() { title } else { found_title }, body }
        }
        _ => Extracted { title, body: page.whole() },
    }
}

/// All of a page.
pub(crate) fn full(html: &str, url: &Url) -> Extracted {
    let tree = Tree::parse(html, Mode::Html);
    let body = Rendered::new(&tree, Tree::ROOT, &meta::base(&tree, url));
    Extracted { title: meta::title(&tree), body }
}

/// A page while its text is looked for.
struct Page {
    tree: Tree,
    furniture: Furniture,
    base: Url,
}

impl Page {
    /// The article and its title, if there is one.
    fn main_part(&self) -> Option<(String, Rendered)> {
        if self.tree.len() > MAX_NODES {
            return None;
        }
        let html = write::html(&self.tree, Tree::ROOT, &|id| self.furniture.has(&self.tree, id));
        if html.len() > MAX_BYTES {
            return None;
        }
        // The classes name the language of code.
        let config = Config { keep_classes: true, disable_json_ld: true, ..Config::default() };
        let found = quietly(|| Readability::new(html, Some(self.base.as_str()), Some(config))?.parse());
        let article = found?.ok()?;
        let part = Tree::parse(&article.content, Mode::Html);
        Some((meta::short(&article.title), Rendered::new(&part, Tree::ROOT, &self.base)))
    }

    /// Whether what was found can stand for the page: an index has no article, and any part of it is
    /// the wrong one.
    fn is_enough(&self, found: &Rendered) -> bool {
        let (found, whole) = (without_ids(&found.text).len(), self.furniture.page_bytes());
        found * 10 >= whole && (found >= SHORT_BYTES || found * 2 >= whole)
    }

    /// The page's text without what stands around it on every page of its site, if that leaves enough.
    fn whole(&self) -> Rendered {
        let tree = &self.tree;
        let is_around = |id: NodeId| {
            matches!(tree.name(id), "nav" | "footer" | "aside")
                || tree.attribute(id, "role") == Some("navigation")
                || self.furniture.has(tree, id)
        };
        let inner = Tree::parse(&write::html(tree, Tree::ROOT, &is_around), Mode::Html);
        match Furniture::new(&inner).page_bytes() * 4 >= self.furniture.page_bytes() {
            true => Rendered::new(&inner, Tree::ROOT, &self.base),
            false => Rendered::new(tree, Tree::ROOT, &self.base),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Extracted {
        article(html, &Url::parse("https://a.example/story").unwrap())
    }

    #[test]
    fn an_article_is_found_without_what_is_around_it() {
        let text = "<p>The river rose by two metres in one night, and the town, which had seen worse, moved its boats.</p>";
        let page = format!(
            "<html><head><title>The river - Daily</title></head><body><nav><a href=/>Home</a><a href=/a>A</a></nav>\
             <article><h1>The river</h1>{}<pre><code class=language-rust>fn x() {{}}</code></pre>\
             <ul><li>one<li><a href=/two>two</a></ul></article>\
             <div class=sidebar><a href=/ad>Buy boats</a></div><footer>Copyright</footer></body></html>",
            text.repeat(8)
        );
        let read = read(&page);
        assert_eq!(read.title, "The river - Daily");
        assert!(read.body.text.contains("moved its boats"), "{}", read.body.text);
        assert!(read.body.text.contains("```rust\nfn x() {}\n```"), "{}", read.body.text);
        assert!(read.body.text.contains("- 【0†two】"), "{}", read.body.text);
        assert!(!read.body.text.contains("Copyright") && !read.body.text.contains("Buy boats"));
    }

    #[test]
    fn a_page_without_an_article_is_shown_whole() {
        let index: String = (0..50).map(|n| format!("<li><a href=/{n}>Story number {n}</a></li>")).collect();
        let read = read(&format!("<title>Index</title><ul>{index}</ul>"));
        assert_eq!(read.body.links.len(), 50);
        assert!(read.body.text.contains("【49†Story number 49】"), "{}", read.body.text);
    }

    #[test]
    fn hostile_pages_end_soon() {
        for page in [
            "<div>".repeat(30_000) + "x",
            "<p><b id=1><i>text, and more, of it".repeat(3_000),
            "<div><p>text, and more text, and more</div>".repeat(10_000),
            "<table><td>".repeat(15_000),
            "<a href=x>".repeat(15_000),
        ] {
            read(&page);
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]
        #[test]
        fn no_page_breaks_the_reader(
            page in "(</?(p|div|a href=/x|td|tr|table|li|ul|pre|h2|b|title|script|br|x-y)/?>|[ -~]{0,8}|【|†|】|7†|\u{0}-\u{ff}|&amp;|\u{1b}\\[3){0,80}"
        ) {
            let read = read(&page);
            let text = &read.body.text;
            proptest::prop_assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{text:?}");
            // Every mark that is left is one of a link that can be followed.
            for mark in text.split('【').skip(1).filter_map(|rest| rest.split_once('†')) {
                if let Ok(id) = mark.0.parse::<usize>() {
                    proptest::prop_assert!(id < read.body.links.len(), "{text}");
                }
            }
        }
    }
}
