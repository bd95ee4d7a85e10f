//! Tables: those with data as Markdown's, those that only lay a page out as what is in them.

use super::{
    clean::{CLOSE, OPEN},
    tree::{NodeId, Tree},
};

const MAX_COLUMNS: usize = 30;
const MAX_ROWS: usize = 500;
const MAX_CELL_BYTES: usize = 500;

/// The cells of a table with data; nothing for one that lays out a page.
pub(super) fn rows(tree: &Tree, table: NodeId) -> Option<Vec<Vec<NodeId>>> {
    let mut rows: Vec<Vec<NodeId>> = Vec::new();
    let mut next: Vec<NodeId> = tree.children(table).iter().rev().copied().collect();
    while let Some(id) = next.pop() {
        match tree.name(id) {
            "thead" | "tbody" | "tfoot" => next.extend(tree.children(id).iter().rev()),
            "tr" => {
                let cells = tree.children(id).iter().filter(|cell| matches!(tree.name(**cell), "td" | "th"));
                rows.push(cells.take(MAX_COLUMNS).copied().collect());
            }
            _ => {}
        }
    }
    rows.retain(|cells| !cells.is_empty());
    rows.truncate(MAX_ROWS);
    let n_columns = rows.iter().map(Vec::len).max()?;
    let is_layout = tree.attribute(table, "role") == Some("presentation")
        || n_columns < 2
        || rows.len() < 2
        || rows.iter().flatten().any(|cell| has_blocks(tree, *cell));
    (!is_layout).then_some(rows)
}

/// Whether a cell has what a Markdown cell cannot have.
fn has_blocks(tree: &Tree, cell: NodeId) -> bool {
    let is_large =
        |name: &str| matches!(name, "table" | "ul" | "ol" | "pre" | "blockquote" | "h1" | "h2" | "h3");
    let elements = tree.elements(cell);
    let n_blocks = elements.iter().filter(|id| matches!(tree.name(**id), "p" | "div")).count();
    n_blocks > 3 || elements.iter().any(|id| is_large(tree.name(*id)))
}

/// How many columns a cell takes.
pub(super) fn span(tree: &Tree, cell: NodeId) -> usize {
    let span = tree.attribute(cell, "colspan").and_then(|text| text.trim().parse().ok());
    span.unwrap_or(1).clamp(1, MAX_COLUMNS)
}

/// A cell's text on one line, with nothing in it that ends the cell.
pub(super) fn cell(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    let mut cut = line.floor_char_boundary(MAX_CELL_BYTES);
    if cut < line.len() {
        // A link's mark stands whole or not at all.
        let open = line[..cut].rfind(OPEN).filter(|open| !line[*open..cut].contains(CLOSE));
        cut = open.unwrap_or(cut);
    }
    line[..cut].to_owned()
}
