//! Where on a page its article is.

use super::{
    names::{ARTICLE, BODY, LEAD, MAIN, Marks, NAMED},
    outline::Outline,
    tree::{NodeId, Tree},
};

/// What an element may say it is, the surest first, and how much of the most prose it must then have,
/// in percent.
const LEVELS: [(Marks, i64); 4] = [(NAMED, 15), (BODY, 40), (ARTICLE, 35), (MAIN, 45)];
/// How much of the prose of the richest another must have to be a part of the same text, in percent.
const PART_SHARE: i64 = 25;
/// What a summary has at least that is called one, and a paragraph before the text, in bytes.
const MIN_LEAD_BYTES: u32 = 40;
const MIN_PARAGRAPH_BYTES: u32 = 80;

/// The element that holds the article.
pub(super) fn container(tree: &Tree, outline: &Outline) -> NodeId {
    let richest = outline.richest(tree);
    let most = i64::from(outline.weight(richest).prose);
    let is_rich = |id: &NodeId, share| i64::from(outline.weight(*id).prose) * 100 >= most * share;
    let mut levels = LEVELS.iter();
    let found =
        levels.find_map(|(mark, share)| marked(tree, outline, *mark).filter(|id| is_rich(id, *share)));
    found.unwrap_or_else(|| {
        // One paragraph is a part of what it stands in.
        let is_leaf =
            matches!(tree.name(richest), "p" | "blockquote" | "pre" | "h1" | "h2" | "h3" | "h4" | "li");
        if is_leaf { outline.parent(richest) } else { richest }
    })
}

/// The outermost element of a mark with the most prose, or what it stands in with others that are parts
/// of the same text.
fn marked(tree: &Tree, outline: &Outline, mark: Marks) -> Option<NodeId> {
    let prose = |id: NodeId| i64::from(outline.weight(id).prose);
    let all = (1..tree.len()).map(|place| tree.id(place));
    let all: Vec<NodeId> = all.filter(|id| outline.marks(*id) & mark != 0 && !outline.is_out(*id)).collect();
    let best = all.iter().copied().reduce(|best, id| if prose(id) > prose(best) { id } else { best })?;
    let parent = outline.parent(best);
    let is_part = |id: NodeId| {
        prose(id) * 100 >= prose(best) * PART_SHARE
            && outline.is_in(id, parent)
            && !outline.is_in(id, best)
            && !outline.is_in(best, id)
    };
    Some(if all.into_iter().any(is_part) { parent } else { best })
}

/// What introduces an article without being in its container: the summaries and paragraphs between
/// the heading, or the beginning of what is about this article alone, and the container.
pub(super) fn leads(tree: &Tree, outline: &Outline, container: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut before = (1..container.place()).map(|place| tree.id(place));
    let mut around = before.clone().filter(|id| outline.is_in(container, *id));
    let outer = around.find(|id| outline.marks(*id) & (ARTICLE | MAIN) != 0);
    let heading = before.rfind(|id| tree.name(*id) == "h1" && !outline.is_out(*id));
    let Some(first) = heading.or(outer) else { return found };
    let mut place = first.place() + 1;
    while place < container.place() {
        let id = tree.id(place);
        let is_before = outline.end(id) <= container.place();
        let is_lead = is_before && !outline.is_out(id) && is_lead(tree, outline, id);
        if is_lead {
            found.push(id);
        }
        place = if is_lead || outline.is_out(id) { outline.end(id) } else { place + 1 };
    }
    found
}

fn is_lead(tree: &Tree, outline: &Outline, id: NodeId) -> bool {
    let weight = outline.weight(id);
    let is_called = outline.marks(id) & LEAD != 0 && weight.text >= MIN_LEAD_BYTES;
    let is_paragraph = tree.name(id) == "p" && weight.text >= MIN_PARAGRAPH_BYTES;
    (is_called || is_paragraph) && weight.linked * 4 < weight.text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::Mode;

    const TEXT: &str =
        "The river rose by two metres in one night, and the town, which had seen worse, moved its boats. ";

    /// Where the article is, by the ids of its container and of what leads to it.
    fn check(html: &str, expected: &str, expected_leads: &[&str]) {
        let html = html.replace('§', TEXT);
        let tree = Tree::parse(&html, Mode::Html);
        let outline = Outline::new(&tree);
        let name = |id| tree.attribute(id, "id").unwrap_or(tree.name(id)).to_owned();
        let found = container(&tree, &outline);
        let leads: Vec<String> = leads(&tree, &outline, found).into_iter().map(name).collect();
        assert_eq!(
            (name(found).as_str(), leads),
            (expected, expected_leads.iter().map(|l| l.to_string()).collect()),
            "{html}"
        );
    }

    #[test]
    fn the_container_is_what_says_so_and_has_the_text() {
        check("<div id=a><p>§<p>§<p>§</div><div id=b><p>x<p>y</div>", "a", &[]);
        check("<div id=a><article id=b><p>§<p>§</article><p>§</div>", "b", &[]);
        check("<article id=a><div id=b class=entry-content><p>§<p>§</div><p>§</article>", "b", &[]);
        check("<div id=a><div id=b itemprop=articleBody><p>§</div><p>§<p>§<p>§<p>§</div>", "b", &[]);
        // Called so, but with too little of the text.
        check("<div id=a><p>§<p>§<p>§<p>§<article id=b><p>§</article></div>", "a", &[]);
        // A menu is richer in letters, not in prose.
        check("<div id=a><p>§</div><ul id=b><li><a href=x>§</a><li><a href=y>§</a></ul>", "a", &[]);
        check("<td id=a><p>§", "a", &[]);
    }

    #[test]
    fn parts_of_one_text_are_found_together() {
        check(
            "<div id=a><section class=post-body id=b><p>§<p>§</section><section class=post-body id=c><p>§</section></div>",
            "a",
            &[],
        );
    }

    #[test]
    fn summaries_before_the_container_belong_to_it() {
        check(
            "<p id=d>§<h1>Title</h1><div class=intro id=b>§</div><p id=c>§</p><div class=article-body id=a><p>§<p>§<p>§</div>",
            "a",
            &["b", "c"],
        );
        check(
            "<h1>Title</h1><div class=intro id=b><a href=x>§</a></div><div class=article-body id=a><p>§<p>§<p>§</div>",
            "a",
            &[],
        );
    }
}
