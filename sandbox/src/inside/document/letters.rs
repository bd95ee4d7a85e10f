//! The letters that a page draws, and where.

use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
    font::{Glyph, GlyphRun},
    hayro_cmap::BfString,
    hayro_syntax::object::{Dict, String as Bytes},
    kurbo::{Affine, BezPath, Point, Rect},
};

use super::{
    flow::{Flow, Letter},
    pdf::decode_text,
};

/// A glyph's own units in one em.
const UNITS_PER_EM: f64 = 1000.0;
/// Letters smaller than this part of the paper's height are there for no reader.
const SMALLEST: f64 = 1.0 / 2000.0;
/// How deep marked parts may lie in each other.
const MAX_MARKED: usize = 100;

/// Takes the letters of one page, and nothing else that it draws.
pub(super) struct Letters {
    paper: Rect,
    seen: Flow,
    /// Text that is drawn in no colour, as the words under a scanned page.
    unseen: Flow,
    /// The last run, which may be drawn again to look bold.
    last: Vec<Letter>,
    /// The marked parts of the page that are open, each with what is left to say of it if the page
    /// says that in words.
    marked: Vec<Option<String>>,
    n_unknown: usize,
}

impl Letters {
    pub fn new(paper: Rect) -> Self {
        let (seen, unseen) = (Flow::default(), Flow::default());
        Self { paper, seen, unseen, last: Vec::new(), marked: Vec::new(), n_unknown: 0 }
    }

    /// Glyphs on the page that nothing says the letter of.
    pub fn n_unknown(&self) -> usize {
        self.n_unknown
    }

    /// The page's text. What is drawn in no colour counts only where nothing else is text: under the
    /// picture of a scanned page.
    pub fn into_text(self) -> String {
        let seen = self.seen.into_text();
        if seen.is_empty() { self.unseen.into_text() } else { seen }
    }

    fn letter(&mut self, glyph: &Glyph<'_>, place: Affine) -> Option<Letter> {
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(drawn) => drawn.advance_width(),
        };
        let [a, b, c, d, x, y] = place.as_coeffs();
        let (along, size) = (a.hypot(b) * UNITS_PER_EM, c.hypot(d) * UNITS_PER_EM);
        let is_drawn = [a, b, c, d, x, y].iter().all(|part| part.is_finite())
            && self.paper.inflate(size, size).contains(Point::new(x, y))
            && size > self.paper.height() * SMALLEST
            && along > 0.0;
        if !is_drawn {
            return None;
        }
        // The first letter of such a part stands for all of it.
        let said = self.marked.iter_mut().find_map(Option::as_mut).map(std::mem::take);
        let text = match (said, glyph.as_unicode()) {
            (Some(said), _) => said,
            (None, Some(BfString::Char(c))) => c.to_string(),
            (None, Some(BfString::String(text))) => text,
            (None, None) => {
                self.n_unknown += 1;
                return None;
            }
        };
        let width = f64::from(advance.unwrap_or(500.0)) / UNITS_PER_EM * along;
        let direction = (a * UNITS_PER_EM / along, b * UNITS_PER_EM / along);
        Some(Letter { text, place: (x, y), direction, width, size })
    }
}

impl<'a> Device<'a> for Letters {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let letters: Vec<Letter> = run
            .glyphs()
            .iter()
            .filter_map(|glyph| self.letter(glyph, props.transform * glyph.transform()))
            .collect();
        let is_again = letters.len() == self.last.len()
            && letters.iter().zip(&self.last).all(|(one, other)| one.covers(other));
        if is_again {
            return;
        }
        let flow = if matches!(mode, DrawMode::Invisible) { &mut self.unseen } else { &mut self.seen };
        letters.iter().for_each(|letter| flow.put(letter));
        self.last = letters;
    }

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        let said = properties.and_then(|properties| properties.get::<Bytes<'_>>(&b"ActualText"[..]));
        if self.marked.len() < MAX_MARKED {
            self.marked.push(said.map(|text| decode_text(text.as_bytes())));
        }
    }

    fn end_marked_content(&mut self) {
        self.marked.pop();
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_clip_rect(&mut self, _: &Rect) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
