//! The part of a page that people come for.

use reqwest::Url;

use super::{
    container,
    markdown::Rendered,
    meta,
    outline::Outline,
    prune,
    tokens::Mode,
    tree::{NodeId, Tree},
};

/// A page with this much prose has an article, in bytes.
const MIN_PROSE: i32 = 200;
/// What is left of a page without what stands around articles is enough if it is so much, in bytes.
const MIN_LEFT: u32 = 200;

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
    let (title, base) = (meta::title(&tree), meta::base(&tree, url));
    let mut outline = Outline::new(&tree);
    let n_all = outline.weight(Tree::ROOT).text;
    prune::surroundings(&tree, &mut outline);
    let n_left = outline.weight(Tree::ROOT).text;
    let container = container::container(&tree, &outline);
    let body = if is_enough(&outline, container) {
        let mut parts = container::leads(&tree, &outline, container);
        parts.push(container);
        prune::insides(&tree, &mut outline, container, &title);
        Rendered::of(&tree, &parts, &|id| outline.is_out(id), &base)
    } else if n_left >= MIN_LEFT || n_left * 4 >= n_all {
        Rendered::of(&tree, &[Tree::ROOT], &|id| outline.is_out(id), &base)
    } else {
        Rendered::new(&tree, Tree::ROOT, &base)
    };
    Extracted { title, body }
}

/// Whether what was found can stand for the page: an index has no article, and any part of it is the
/// wrong one.
fn is_enough(outline: &Outline, container: NodeId) -> bool {
    let (found, left) = (outline.weight(container), outline.weight(Tree::ROOT));
    let has_prose = found.prose >= MIN_PROSE && found.prose.unsigned_abs() * 10 >= left.linked;
    has_prose || (found.text - found.linked) * 2 >= left.text
}

/// All of a page.
pub(crate) fn full(html: &str, url: &Url) -> Extracted {
    let tree = Tree::parse(html, Mode::Html);
    let body = Rendered::new(&tree, Tree::ROOT, &meta::base(&tree, url));
    Extracted { title: meta::title(&tree), body }
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

    /// The passes go over the nodes in the page's order and jump over what is left out; around a node
    /// they look only at a bounded number of others. So the time grows with the page and no faster.
    #[test]
    fn long_pages_end_soon() {
        let text = "<h2>Related</h2><p><a href=x>The river rose by two metres in one night</a></p>";
        for piece in [
            text.to_owned(),
            format!("<article class=post-body>{text}</article>"),
            format!("<div class=comments><li>{text}"),
            "<h2>x</h2><ul><li><a href=x>x</a></ul>".to_owned(),
            "<h1>x".to_owned(),
            "<p class=intro>The river rose by two metres in one night".to_owned(),
        ] {
            read(&piece.repeat(4_000));
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
