//! From a file that a tool left behind to what a terminal shows. All of it blocks, and none of it trusts
//! the file.

use std::{
    fs::File,
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
};

use image::{DynamicImage, ImageFormat, ImageReader, Limits, imageops::FilterType};
use ratatui::layout::Size;
use ratatui_image::{
    Resize,
    picker::{Picker, ProtocolType},
    protocol::halfblocks::Halfblocks,
    sliced::SlicedProtocol,
};
use sha2::{Digest, Sha256};

use crate::images::{Canvas, Means};

/// The largest file that is read.
const MAX_FILE_BYTES: u64 = 32 << 20;
/// The most pixels that are decoded.
const MAX_PIXELS: u64 = 32 << 20;
/// The most memory that a decoder may take for them.
const MAX_DECODER_BYTES: u64 = 256 << 20;

/// A picture as an observation names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Where it lies.
    pub path: PathBuf,
    /// The hash of its bytes when it was observed, in hex.
    pub sha256: String,
}

/// A picture that is to be made ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub picture: Picture,
    /// The columns and rows that there are for it.
    pub room: (u16, u16),
    /// What it is drawn on.
    pub canvas: Canvas,
}

/// A picture that was read.
#[derive(Debug)]
pub struct Made {
    /// Its width and height.
    pub pixels: (u32, u32),
    /// The size of its file.
    pub bytes: u64,
    /// What can be drawn, if there is room and anything can.
    pub drawing: Option<Drawing>,
}

/// A picture in the terminal's own form.
pub struct Drawing {
    /// Its columns and rows.
    pub size: (u16, u16),
    /// The form.
    pub protocol: SlicedProtocol,
}

impl std::fmt::Debug for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drawing").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Why a picture cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Something else has its name, or its name nothing.
    #[error("it is no file any more")]
    NoFile,
    /// Reading it would take too much.
    #[error("it has {0} bytes, and at most {MAX_FILE_BYTES} are read")]
    TooManyBytes(u64),
    /// It is not what was observed.
    #[error("its file was changed since")]
    Changed,
    /// It is of no kind that is shown.
    #[error("it is no PNG, JPEG, GIF or WebP")]
    NoPicture,
    /// Decoding it would take too much.
    #[error("it has {0} × {1} pixels, and at most {MAX_PIXELS} are decoded")]
    TooManyPixels(u32, u32),
    /// It is damaged, or the decoder's bounds are too narrow for it.
    #[error("it cannot be decoded: {0}")]
    Decode(#[from] image::ImageError),
    /// The decoder broke.
    #[error("it cannot be decoded: the decoder failed")]
    Failed,
    /// The terminal's form of it cannot be made.
    #[error("it cannot be drawn: {0}")]
    Draw(#[from] ratatui_image::errors::Errors),
}

/// Reads a picture, and makes it ready to be drawn if there is a canvas.
///
/// # Errors
/// It is not there any more, not what it was, too large, or no picture.
pub fn make(wanted: &Wanted) -> Result<Made, PictureError> {
    let content = read(&wanted.picture)?;
    let bytes = content.len() as u64;
    let pixels = reader(&content)?.into_dimensions()?;
    let (width, height) = pixels;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels(width, height));
    }
    let Some(size) = wanted.canvas.size(pixels, wanted.room) else {
        return Ok(Made { pixels, bytes, drawing: None });
    };
    let mut reader = reader(&content)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    reader.limits(limits);
    let protocol = encode(&reader.decode()?, size, wanted.canvas)?;
    Ok(Made { pixels, bytes, drawing: Some(Drawing { size, protocol }) })
}

/// The bytes of a picture, which are those that were observed.
fn read(picture: &Picture) -> Result<Vec<u8>, PictureError> {
    let file = open(&picture.path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(PictureError::NoFile);
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(PictureError::TooManyBytes(metadata.len()));
    }
    let mut content = Vec::new();
    file.take(MAX_FILE_BYTES).read_to_end(&mut content)?;
    match format!("{:x}", Sha256::digest(&content)) == picture.sha256 {
        true => Ok(content),
        false => Err(PictureError::Changed),
    }
}

/// Opens what lies there itself: code that runs beside could have put a link or a pipe in its place.
#[cfg(unix)]
fn open(path: &Path) -> Result<File, PictureError> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match open(path, flags, Mode::empty()) {
        Ok(file) => Ok(File::from(file)),
        Err(rustix::io::Errno::LOOP | rustix::io::Errno::NOENT) => Err(PictureError::NoFile),
        Err(error) => Err(PictureError::Io(error.into())),
    }
}

#[cfg(not(unix))]
fn open(path: &Path) -> Result<File, PictureError> {
    Ok(File::open(path)?)
}

fn reader(content: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, PictureError> {
    let reader = ImageReader::new(Cursor::new(content)).with_guessed_format()?;
    match reader.format() {
        Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP) => Ok(reader),
        _ => Err(PictureError::NoPicture),
    }
}

fn encode(
    image: &DynamicImage,
    (columns, rows): (u16, u16),
    canvas: Canvas,
) -> Result<SlicedProtocol, PictureError> {
    let (size, font) = (Size::new(columns, rows), canvas.cell());
    let kind = match canvas.means {
        Some(Means::Kitty) => ProtocolType::Kitty,
        Some(Means::Sixel) => ProtocolType::Sixel,
        Some(Means::Iterm2) => ProtocolType::Iterm2,
        // A picker would have a multiplexer changed for nothing.
        Some(Means::Halfblocks) | None => {
            let (width, height) = (u32::from(columns), u32::from(rows) * 2);
            let image = on_white(&image.resize_exact(width, height, FilterType::Triangle));
            return Ok(SlicedProtocol::Halfblocks(Halfblocks::new(image, size)?));
        }
    };
    let (width, height) = (u32::from(columns) * u32::from(font.0), u32::from(rows) * u32::from(font.1));
    let image = on_white(&image.resize_exact(width, height, FilterType::Triangle));
    // The other ways to make one ask the terminal.
    #[allow(deprecated, reason = "the size of a cell is known")]
    let mut picker = Picker::from_fontsize(font.into());
    picker.set_protocol_type(kind);
    Ok(SlicedProtocol::new_with_resize(&picker, image, size, Resize::Fit(None))?)
}

/// What is transparent becomes white, as plots expect.
fn on_white(image: &DynamicImage) -> DynamicImage {
    let mut image = image.to_rgba8();
    for pixel in image.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        for channel in 0..3 {
            let mixed = (u16::from(pixel[channel]) * alpha + 255 * (255 - alpha)) / 255;
            pixel[channel] = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        pixel[3] = u8::MAX;
    }
    DynamicImage::ImageRgba8(image)
}

#[cfg(test)]
mod tests;
