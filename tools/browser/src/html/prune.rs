//! What is left out of a page and of its article.

use super::{
    names::{AROUND, BODY, CAPTION, COMMENTS, FRAME, MAIN, TEASER},
    outline::Outline,
    phrases,
    tree::{Node, NodeId, Tree, is_heading},
};

/// An element with more of the page's prose than this is the article whatever it is called, in percent.
const MAX_PROSE: i64 = 50;
/// An element with more of the article's text than this is a part of it, in percent.
const MAX_SHARE: u64 = 25;
/// So much text with hardly a link is no announcement of another, whatever it is called, in bytes.
const TEXT_BYTES: u32 = 1200;
/// A form with less text than this has only fields, in bytes.
const FORM_BYTES: u32 = 1000;
/// What may be a line, in bytes and nodes.
const MAX_LINE_BYTES: usize = 160;
const MAX_LINE_NODES: usize = 40;
/// A paragraph that is a shorter link announces nothing.
const MIN_LINK_BYTES: u32 = 20;
/// What is left out below a heading that is left out, each in bytes.
const MAX_SECTION_BYTES: u32 = 600;
/// Pages with less prose than this besides their comments are about these.
const MIN_PROSE: i32 = 250;

/// Leaves out what stands around articles by what it is called.
pub(super) fn surroundings(tree: &Tree, outline: &mut Outline) {
    let richest = outline.richest(tree);
    let mut comments = Vec::new();
    let mut place = 1;
    while place < tree.len() {
        let id = tree.id(place);
        place += 1;
        let is_out = is_surrounding(tree, outline, id) && is_poor(outline, id, richest);
        if is_out && !outline.is_in(richest, id) {
            if outline.marks(id) & COMMENTS != 0 {
                comments.push(id);
            }
            outline.leave_out(id);
            place = outline.end(id);
        }
    }
    outline.weigh_again(tree);
    if !comments.is_empty() && outline.weight(outline.richest(tree)).prose < MIN_PROSE {
        comments.iter().for_each(|id| outline.take_in(*id));
        outline.weigh_again(tree);
    }
}

/// Whether an element is called something that stands around articles.
fn is_surrounding(tree: &Tree, outline: &Outline, id: NodeId) -> bool {
    let (marks, weight, name) = (outline.marks(id), outline.weight(id), tree.name(id));
    let is_text = weight.text >= TEXT_BYTES && weight.linked * 10 < weight.text;
    marks & (BODY | MAIN) == 0
        && !matches!(name, "head" | "h1")
        && (marks & (FRAME | COMMENTS) != 0
            || marks & AROUND != 0 && name != "article" && !is_text
            || marks & TEASER != 0 && weight.linked > 0
            || name == "form" && weight.text < FORM_BYTES)
}

/// Whether an element has little of the page.
fn is_poor(outline: &Outline, id: NodeId, richest: NodeId) -> bool {
    let (weight, all) = (outline.weight(id), outline.weight(Tree::ROOT).text);
    let most = i64::from(outline.weight(richest).prose.max(1));
    i64::from(weight.prose) * 100 <= most * MAX_PROSE
        || u64::from(weight.text) * 100 < u64::from(all) * MAX_SHARE
}

/// Leaves out what in the article is not of it.
pub(super) fn insides(tree: &Tree, outline: &mut Outline, container: NodeId, title: &str) {
    let all = outline.weight(container).text;
    let end = outline.end(container);
    let mut place = container.place() + 1;
    while place < end {
        let id = tree.id(place);
        let weight = outline.weight(id);
        let is_small = u64::from(weight.text) * 100 < u64::from(all) * MAX_SHARE;
        if !outline.is_out(id) && weight.text > 0 && is_small && is_foreign(tree, outline, id, title) {
            if is_heading(tree.name(id)) && !is_title(tree, outline, id, title) {
                leave_out_section(tree, outline, id);
            }
            outline.leave_out(id);
        }
        place = if outline.is_out(id) { outline.end(id) } else { place + 1 };
    }
    empty_headings(tree, outline, container);
}

/// Whether a small part of an article is not of it.
fn is_foreign(tree: &Tree, outline: &Outline, id: NodeId, title: &str) -> bool {
    let weight = outline.weight(id);
    let is_linked = |percent: u64| u64::from(weight.linked) * 100 >= u64::from(weight.text) * percent;
    let is_aside = || line(tree, outline, id).is_some_and(|line| phrases::is_aside(&line));
    outline.marks(id) & CAPTION != 0
        || match tree.name(id) {
            name if is_heading(name) => is_title(tree, outline, id, title) || is_aside(),
            "p" | "blockquote" => is_linked(80) && weight.text >= MIN_LINK_BYTES || is_aside(),
            "ul" | "ol" | "dl" | "table" => is_linked(85),
            "div" | "section" | "header" => is_linked(60) || is_aside(),
            _ => false,
        }
}

/// The text of something short.
fn line(tree: &Tree, outline: &Outline, id: NodeId) -> Option<String> {
    let n_bytes = outline.weight(id).text as usize;
    let is_short = n_bytes <= MAX_LINE_BYTES && outline.end(id) - id.place() <= MAX_LINE_NODES;
    is_short.then(|| tree.line(id)).filter(|line| !line.is_empty())
}

/// Whether a heading is the page's title, which is shown apart.
fn is_title(tree: &Tree, outline: &Outline, id: NodeId, title: &str) -> bool {
    matches!(tree.name(id), "h1" | "h2") && line(tree, outline, id).is_some_and(|line| title.contains(&line))
}

/// Leaves out what stands below a heading that is left out, up to the next, where that is little.
fn leave_out_section(tree: &Tree, outline: &mut Outline, heading: NodeId) {
    let mut place = outline.end(heading);
    let end = outline.end(outline.parent(heading));
    while place < end {
        let id = tree.id(place);
        if is_heading(tree.name(id)) || outline.weight(id).text > MAX_SECTION_BYTES {
            return;
        }
        outline.leave_out(id);
        place = outline.end(id);
    }
}

/// Leaves out headings of which all that they headed was left out.
fn empty_headings(tree: &Tree, outline: &mut Outline, container: NodeId) {
    // The last heading without anything below it so far, and whether something was left out there.
    let mut last = None;
    let mut has_lost = false;
    let mut place = container.place() + 1;
    while place < outline.end(container) {
        let id = tree.id(place);
        let is_head = is_heading(tree.name(id));
        if outline.is_out(id) {
            has_lost |= outline.weight(id).text > 0;
        } else if is_head {
            // A heading of a lower level is something below it.
            let before = last.filter(|before| tree.name(*before) >= tree.name(id));
            if let Some(before) = before.filter(|before| has_lost || is_mostly_linked(outline, *before)) {
                outline.leave_out(before);
            }
            (last, has_lost) = (Some(id), false);
        } else if is_content(tree, id) {
            last = None;
        }
        place = if outline.is_out(id) || is_head { outline.end(id) } else { place + 1 };
    }
    if let Some(before) = last {
        outline.leave_out(before);
    }
}

fn is_mostly_linked(outline: &Outline, id: NodeId) -> bool {
    outline.weight(id).linked * 2 > outline.weight(id).text
}

fn is_content(tree: &Tree, id: NodeId) -> bool {
    match tree.node(id) {
        Node::Text(text) => !text.trim_ascii().is_empty(),
        Node::Element { name, .. } => name == "img",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Mode, Rendered};

    const TEXT: &str =
        "The river rose by two metres in one night, and the town, which had seen worse, moved its boats.";

    /// What is left of a page in which `T` stands for a paragraph and `X` for what may be left out.
    fn check(html: &str, is_kept: bool) {
        let page = html.replace('T', &format!("<p>{TEXT}</p>").repeat(4)).replace('X', "Something else");
        let tree = Tree::parse(&format!("<div>{page}</div>"), Mode::Html);
        let mut outline = Outline::new(&tree);
        surroundings(&tree, &mut outline);
        insides(&tree, &mut outline, tree.id(1), "The river - Daily");
        let base = reqwest::Url::parse("https://a.example/").unwrap();
        let text = Rendered::of(&tree, &[tree.id(1)], &|id| outline.is_out(id), &base).text;
        assert_eq!(text.contains("Something else"), is_kept, "{html}: {text}");
        assert!(text.contains("moved its boats"), "{html}: {text}");
    }

    #[test]
    fn what_stands_around_is_left_out() {
        check("T<p>X", true);
        check("T<div class='x related-posts'>X</div>", false);
        check("T<div id=newsletter>X</div>", false);
        check("T<nav>X</nav>", false);
        check("T<form>X<input></form>", false);
        check("T<div class=teaser><a href=x>X</a></div>", false);
        check("T<div class=teaser>X</div>", true);
        check("T<article class=related><p>X</article>", true);
        check("T<ol class=commentlist><li>X</ol>", false);
        // Called so, but most of the page.
        check("<div class=sidebar>T<p>X</div>", true);
        check("<div class=comments>T<p>X</div>", true);
        check("<div class='post-body share'>T<p>X</div>", true);
    }

    #[test]
    fn what_is_not_of_the_article_is_left_out() {
        check("T<figure><img src=x><figcaption>X</figcaption></figure>T", false);
        check("T<p><a href=x>X and more of it</a></p>T", false);
        check("T<p>X <a href=x>in a sentence</a></p>T", true);
        check("T<ul><li><a href=x>X</a><li><a href=y>Y</a></ul>T", false);
        check("T<ul><li>X<li><a href=y>Y</a></ul>T", true);
        check("T<p>Read more: X</p>T", false);
        check("T<p>Photo: X</p>T", false);
        check("T<h2>Related articles</h2><p>X</p><h2>Next</h2>T", false);
        check("T<h2>Causes</h2><p>X</p><h2>Next</h2>T", true);
        check("T<h2>X</h2><ul><li><a href=x>elsewhere</a></ul>", false);
        check("T<h2>X</h2>", false);
        check("T<h2>X</h2><h3>Next</h3>T", true);
        check("<h1>The river</h1><p>X</p>T", true);
    }
}
