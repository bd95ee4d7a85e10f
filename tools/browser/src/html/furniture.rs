//! What stands around and in articles on the web without being part of them.

use super::tree::{Node, NodeId, Tree};

/// Words in a class or an id that name such things.
const NAMES: [&str; 40] = [
    "related",
    "newsletter",
    "subscribe",
    "subscription",
    "social",
    "share",
    "sharing",
    "sharedaddy",
    "comments",
    "commentlist",
    "disqus",
    "respond",
    "breadcrumb",
    "breadcrumbs",
    "cookie",
    "consent",
    "gdpr",
    "advert",
    "advertisement",
    "advertising",
    "ad",
    "ads",
    "sponsor",
    "sponsored",
    "promo",
    "promotion",
    "recommend",
    "recommended",
    "recommendation",
    "recommendations",
    "outbrain",
    "taboola",
    "readmore",
    "paywall",
    "pagination",
    "pager",
    "sidebar",
    "popup",
    "modal",
    "jp-relatedposts",
];
/// An element with more of the page's text than this is the article whatever it is called, in percent.
const MAX_SHARE: usize = 25;

/// The elements that are left out when the article of a page is looked for.
pub(super) struct Furniture {
    /// How much text is below each node, in bytes.
    lengths: Vec<usize>,
}

impl Furniture {
    /// Weighs a page.
    pub fn new(tree: &Tree) -> Self {
        let mut lengths: Vec<usize> = vec![0; tree.len()];
        // A node stands behind its parent, so going backwards each is whole before it is added.
        for place in (0..tree.len()).rev() {
            let id = tree.id(place);
            lengths[place] += match tree.node(id) {
                Node::Text(text) => text.trim().len(),
                Node::Element { .. } => tree.children(id).iter().map(|child| lengths[child.place()]).sum(),
            };
        }
        Self { lengths }
    }

    /// How much text the page has, in bytes.
    pub fn page_bytes(&self) -> usize {
        self.lengths[0]
    }

    /// Whether an element is left out.
    pub fn has(&self, tree: &Tree, id: NodeId) -> bool {
        let is_small = self.lengths[id.place()] * 100 < self.lengths[0] * MAX_SHARE;
        let is_frame = matches!(tree.name(id), "" | "html" | "head" | "body" | "article" | "main" | "h1");
        is_small
            && !is_frame
            && ["class", "id"].iter().any(|key| tree.attribute(id, key).is_some_and(is_named))
    }
}

/// Whether a word of a class or an id is one of the names.
fn is_named(value: &str) -> bool {
    let words = value.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).any(|word| NAMES.contains(&word.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::{Mode, write};
    use super::*;

    #[test]
    fn small_things_with_telling_names_are_left_out() {
        let text = "Some words of the article. ".repeat(10);
        for (page, expected) in [
            (format!("<p>{text}</p><div class='x related-posts'>More</div>"), false),
            (format!("<p>{text}</p><div id=newsletter>More</div>"), false),
            (format!("<p>{text}</p><div class=shareholders>More</div>"), true),
            (format!("<p>{text}</p><article class=related>More</article>"), true),
            ("<p>Text</p><div class=sidebar>More than the rest of it</div>".to_owned(), true),
        ] {
            let tree = Tree::parse(&page, Mode::Html);
            let furniture = Furniture::new(&tree);
            let html = write::html(&tree, Tree::ROOT, &|id| furniture.has(&tree, id));
            assert_eq!(html.contains("More"), expected, "{page}");
        }
    }
}
