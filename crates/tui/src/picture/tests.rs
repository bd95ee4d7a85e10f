use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

/// A file with this content, and the picture that an observation would name.
fn file(folder: &Path, content: &[u8]) -> Picture {
    let path = folder.join("figure-1.png");
    std::fs::write(&path, content).unwrap();
    let sha256 = format!("{:x}", Sha256::digest(content));
    Picture { path, sha256 }
}

fn wanted(picture: Picture, means: Means) -> Wanted {
    let canvas = Canvas { means: Some(means), font: (10, 20), has_all_colours: true };
    Wanted { picture, room: (36, 20), canvas }
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(64, 48, |x, y| Rgb([(x * 4) as u8, (y * 5) as u8, 128]));
    let mut content = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image).write_to(&mut content, format).unwrap();
    content.into_inner()
}

/// A PNG that says to be of this size and has no pixels.
fn hollow(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let mut crc = !0u32;
    for byte in &header {
        crc ^= u32::from(*byte);
        (0..8).for_each(|_| crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 });
    }
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(header);
    png.extend((!crc).to_be_bytes());
    png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    png
}

#[test]
fn each_format_becomes_each_form() {
    let folder = tempfile::tempdir().unwrap();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        for means in [Means::Halfblocks, Means::Kitty, Means::Sixel, Means::Iterm2] {
            let picture = file(folder.path(), &encoded(format));
            let made = make(&wanted(picture, means)).unwrap();
            let drawing = made.drawing.unwrap();
            let size = drawing.protocol.size();
            assert_eq!(made.pixels, (64, 48), "{format:?}");
            assert_eq!((drawing.size, (size.width, size.height)), ((6, 2), (6, 2)), "{format:?} {means:?}");
        }
    }
}

#[test]
fn what_is_no_picture_or_too_much_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let check = |content: &[u8], expected: &str| {
        let picture = file(folder.path(), content);
        let error = make(&wanted(picture, Means::Halfblocks)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(b"\x1b]52;c;cHduZWQ=\x07", "it is no PNG");
    check(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is no PNG");
    check(&hollow(60_000, 60_000), "60000 × 60000 pixels");
    check(&hollow(8, 8), "it cannot be decoded");
    check(&encoded(ImageFormat::Png)[..200], "it cannot be decoded");
    check(&vec![0; MAX_FILE_BYTES as usize + 1], "33554433 bytes");
}

#[test]
fn only_the_file_that_was_observed_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let picture = file(folder.path(), &encoded(ImageFormat::Png));
    let check = |expected: &str| {
        let error = make(&wanted(picture.clone(), Means::Halfblocks)).unwrap_err().to_string();
        assert_eq!(error, expected);
    };
    file(folder.path(), &encoded(ImageFormat::Gif));
    check("its file was changed since");
    std::fs::remove_file(&picture.path).unwrap();
    check("it is no file any more");
    std::fs::create_dir(&picture.path).unwrap();
    check("it is no file any more");
    #[cfg(unix)]
    {
        std::fs::remove_dir(&picture.path).unwrap();
        let target = folder.path().join("other");
        std::fs::write(&target, encoded(ImageFormat::Png)).unwrap();
        std::os::unix::fs::symlink(&target, &picture.path).unwrap();
        check("it is no file any more");
        std::fs::remove_file(&picture.path).unwrap();
        // A pipe that nobody writes into would be waited for.
        rustix::fs::mknodat(rustix::fs::CWD, &picture.path, rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .unwrap();
        check("it is no file any more");
    }
}

#[test]
fn what_is_transparent_is_white() {
    let image = on_white(&DynamicImage::ImageRgba8(RgbaImage::from_pixel(1, 1, Rgba([0, 0, 0, 0]))));
    assert_eq!(image.to_rgba8().get_pixel(0, 0).0, [255, 255, 255, 255]);
}
