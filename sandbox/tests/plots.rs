//! Figures: what pyplot's functions leave behind is a picture with what was drawn in it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are not tests to the lint")]

use std::{fs, io::Read, path::Path};

use flate2::read::ZlibDecoder;
use sandbox::{CancellationToken, Limits, Notebook, Options};
use tempfile::TempDir;

const HOST: &str = env!("CARGO_BIN_EXE_sandbox-worker-host");

type Rgb = [u8; 3];
/// A colour, and the fewest and the most pixels that may have it.
type Seen = (Rgb, usize, usize);
const BLUE: Rgb = [0x1f, 0x77, 0xb4]; // C0
const ORANGE: Rgb = [0xff, 0x7f, 0x0e]; // C1
const GREEN: Rgb = [0x2c, 0xa0, 0x2c]; // C2
const RED: Rgb = [255, 0, 0];

struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
}

impl Picture {
    /// Reads a PNG file as this crate writes them: one IDAT, no filter.
    fn read(path: &Path) -> Self {
        let file = fs::read(path).unwrap();
        assert_eq!(&file[..8], b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let (width, height, length) = (number(16), number(20), number(33));
        let mut rows = Vec::new();
        ZlibDecoder::new(&file[41..41 + length]).read_to_end(&mut rows).unwrap();
        assert_eq!(rows.len(), height * (1 + width * 3));
        let pixels =
            rows.chunks(1 + width * 3).flat_map(|row| row[1..].chunks(3).map(|p| [p[0], p[1], p[2]]));
        Self { width, height, pixels: pixels.collect() }
    }

    fn count(&self, color: Rgb) -> usize {
        self.pixels.iter().filter(|pixel| **pixel == color).count()
    }
}

/// Runs a cell, and gives the one picture that it left.
async fn picture(notebook: &mut Notebook, code: &str) -> Picture {
    let outcome = notebook.run(code, &CancellationToken::new()).await.unwrap();
    assert_eq!(outcome.error, None, "{code}");
    assert_eq!(outcome.artifacts.len(), 1, "{code}: {outcome:?}");
    assert_eq!(outcome.artifacts[0].mime, "image/png");
    Picture::read(&outcome.artifacts[0].path)
}

fn notebook(folder: &TempDir) -> Notebook {
    Notebook::new(HOST, Options { work_folder: Some(folder.path().to_owned()), ..Options::default() })
}

#[tokio::test]
async fn what_is_drawn_is_in_the_picture() {
    let folder = TempDir::new().unwrap();
    let mut notebook = notebook(&folder);
    // Each with the colours that must be there and about how many pixels of each.
    let cases: &[(&str, &[Seen])] = &[
        ("plt.plot([1, 2, 3], [1, 4, 9])\nplt.show()", &[(BLUE, 100, 4000)]),
        (
            "plt.plot([1, 2], 'r--o', label='a $x^2$'); plt.legend()\nplt.savefig('line.png')",
            &[(RED, 50, 4000)],
        ),
        ("plt.scatter([1, 2, 3], [3, 1, 2], s=400)\nplt.show()", &[(BLUE, 600, 3000)]),
        (
            "plt.bar(['a', 'b'], [1, 2])\nplt.title('Bars')\nplt.xlabel('x')\nplt.ylabel('y')\nplt.show()",
            &[(BLUE, 60_000, 160_000)],
        ),
        (
            "plt.barh(['a', 'b'], [1, 2], color=['red', 'C1'])\nplt.show()",
            &[(RED, 20_000, 90_000), (ORANGE, 50_000, 160_000)],
        ),
        ("plt.hist([1, 1, 2, 3, 3, 3], bins=3, edgecolor='k')\nplt.show()", &[(BLUE, 60_000, 200_000)]),
        (
            "plt.pie([1, 1, 2], labels=['a', 'b', 'c'], autopct='%1.1f%%')\nplt.show()",
            &[(BLUE, 10_000, 40_000), (ORANGE, 10_000, 40_000), (GREEN, 25_000, 80_000)],
        ),
        (
            "plt.imshow([[0, 1], [2, 3]], cmap='gray'); plt.colorbar()\nplt.show()",
            &[([0; 3], 20_000, 90_000)],
        ),
        ("plt.imshow([[(255, 0, 0), (0, 0, 255)]])\nplt.show()", &[(RED, 10_000, 150_000)]),
        (
            "fig, ax = plt.subplots(2, 2, figsize=(8, 6))\nax[0, 0].plot([1, 2])\nax[1][1].bar([1, 2], [3, 4], color='C2')\nfig.suptitle('Four')\nplt.tight_layout()\nplt.show()",
            &[(BLUE, 30, 2000), (GREEN, 10_000, 60_000)],
        ),
        (
            "plt.fill_between([0, 1, 2], [0, 1, 0], color='red')\nplt.grid(True)\nplt.show()",
            &[(RED, 20_000, 120_000)],
        ),
        (
            "plt.semilogy([1, 2, 3], [1, 100, 10000]); plt.axhline(10, color='red')\nplt.show()",
            &[(BLUE, 50, 4000), (RED, 200, 2500)],
        ),
        (
            "import datetime as d\nplt.plot([d.date(2024, 1, 1), d.date(2024, 3, 1)], [1, 2]); plt.xticks(rotation=45)\nplt.show()",
            &[(BLUE, 50, 4000)],
        ),
        ("plt.plot([1, 2])", &[(BLUE, 50, 4000)]),
        (
            "fig, ax = plt.subplots()\nbars = ax.bar(['a', 'b'], [1, 2], width=0.5)\nfor bar in bars:\n    ax.text(bar.get_x() + bar.get_width() / 2, bar.get_height(), f'{bar.get_height():g}', ha='center')\nassert [(b.get_x(), b.get_y(), b.get_width(), b.get_height()) for b in bars] == [(-0.25, 0, 0.5, 1), (0.75, 0, 0.5, 2)]\nassert len(bars) == len(bars.patches) == 2 and ax.barh([1], [3])[0].get_width() == 3\nax.spines[['top', 'right']].set_visible(False)\nax.spines['left'].set_color('gray')\nfor side in ax.spines.values(): side.set_linewidth(2)\nplt.show()",
            &[(BLUE, 30_000, 160_000)],
        ),
    ];
    notebook.run("import matplotlib.pyplot as plt", &CancellationToken::new()).await.unwrap();
    for (code, colors) in cases {
        let seen = picture(&mut notebook, code).await;
        for (color, least, most) in *colors {
            let n = seen.count(*color);
            assert!((*least..=*most).contains(&n), "{code}: {n} pixels of {color:?}");
        }
        // The page, and the black of frames and texts.
        assert!(seen.count([255; 3]) * 10 > seen.pixels.len() && seen.count([0; 3]) > 0, "{code}");
    }
    let large =
        picture(&mut notebook, "plt.figure(figsize=(10, 5))\nplt.plot([1, 2])\nplt.savefig('l.png', dpi=50)")
            .await;
    assert_eq!((large.width, large.height), (500, 250));
}

#[tokio::test]
async fn what_cannot_be_drawn_is_said() {
    let folder = TempDir::new().unwrap();
    let mut notebook = notebook(&folder);
    for (code, said) in [
        (
            "import matplotlib.pyplot as plt\nplt.plot([1, 2], [1, 2, 3])",
            "x and y must have same first dimension",
        ),
        (
            "plt.close('all')\nplt.plot([1], color='nosuch')\nplt.savefig('a.png')",
            "\"nosuch\" is not a color",
        ),
        ("plt.close('all')\nplt.violinplot([1])", "no violinplot; it draws plot, scatter"),
        ("plt.imshow([[1]], cmap='nosuch')\nplt.savefig('a.png')", "there is no color map \"nosuch\""),
        (
            "plt.close('all')\nplt.figure(figsize=(1000, 1000))\nplt.plot([1])\nplt.savefig('a.png')",
            "choose a smaller dpi or figsize",
        ),
        ("plt.close('all')\nplt.plot([1])\nplt.savefig('a.pdf')", "the format 'pdf' is not written here"),
        ("plt.close('all')\nplt.pie([0])", "a pie needs a value above zero"),
        (
            "plt.close('all')\nimport _gimlet_plot\n_gimlet_plot.draw('{}')",
            "the figure cannot be drawn: missing field",
        ),
        ("import matplotlib.ticker", "of matplotlib, only pyplot is here"),
        ("import numpy", "use lists with math and statistics"),
    ] {
        let outcome = notebook.run(code, &CancellationToken::new()).await.unwrap();
        let shown = outcome.error.or(outcome.value).unwrap_or_default();
        assert!(shown.contains(said), "{code}: {shown}");
    }
    let mut alone = Notebook::new(HOST, Limits::default());
    let code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()";
    let outcome = alone.run(code, &CancellationToken::new()).await.unwrap();
    assert_eq!(outcome.output, "[the figure was drawn and not kept: this session has no work folder]\n");
}
