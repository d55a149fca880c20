//! The font of printed reports: the first of the configured files that is there and has Chinese, read once.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider as _,
    instance::{LocationRef, Size},
};

use crate::config::Printing;

/// A character that every font for Chinese has.
const PROBE: char = '回';

/// The files that may be read, and the face that was found in one of them.
pub(crate) struct Faces {
    files: Vec<PathBuf>,
    found: OnceLock<Face>,
}

/// None of the files is a font with Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no font with Chinese is configured")]
pub(crate) struct NoFont;

/// A font that was read.
pub(crate) struct Face {
    font: Font,
    bytes: Arc<Vec<u8>>,
    units: f32,
}

impl Faces {
    /// Looks nothing up yet.
    pub(crate) fn new(printing: &Printing) -> Self {
        let own = !printing.font.as_os_str().is_empty();
        let files = if own { vec![printing.font.clone()] } else { printing.fonts.clone() };
        Self { files, found: OnceLock::new() }
    }

    /// Gives the face; files are read at the first call that finds one, so that a font may be laid down while the service runs.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn face(&self) -> Result<&Face, NoFont> {
        if let Some(face) = self.found.get() {
            return Ok(face);
        }
        let read = self.files.iter().filter_map(|file| std::fs::read(file).ok());
        let face = read.filter_map(Face::read).next().ok_or(NoFont)?;
        Ok(self.found.get_or_init(|| face))
    }
}

impl Face {
    fn read(bytes: Vec<u8>) -> Option<Self> {
        let bytes = Arc::new(bytes);
        let units = {
            let font = FontRef::from_index(&bytes, 0).ok()?;
            font.charmap().map(PROBE)?;
            f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em)
        };
        Some(Self { font: Font::new(bytes.clone().into(), 0)?, bytes, units })
    }

    /// What measures and sets text with this face.
    pub(crate) fn setter(&self) -> Option<Setter<'_>> {
        let font = FontRef::from_index(&self.bytes, 0).ok()?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        Some(Setter { face: self, charmap: font.charmap(), metrics })
    }
}

/// Measures and sets text.
pub(crate) struct Setter<'a> {
    face: &'a Face,
    charmap: skrifa::charmap::Charmap<'a>,
    metrics: skrifa::metrics::GlyphMetrics<'a>,
}

impl Setter<'_> {
    /// The font as it goes into the file.
    pub(crate) fn font(&self) -> Font {
        self.face.font.clone()
    }

    /// Width of a character, in parts of the size.
    pub(crate) fn advance(&self, one: char) -> f32 {
        self.glyph(one).1
    }

    /// Width of a text at a size.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|one| self.advance(one)).sum::<f32>() * size
    }

    /// The glyphs of a text, one a character: neither Chinese nor figures need any shaping.
    pub(crate) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let set = |(at, one): (usize, char)| {
            let (glyph, advance) = self.glyph(one);
            KrillaGlyph::new(glyph, advance, 0.0, 0.0, 0.0, at..at + one.len_utf8(), None)
        };
        text.char_indices().map(set).collect()
    }

    /// A character that the font does not have is drawn as its empty box.
    fn glyph(&self, one: char) -> (GlyphId, f32) {
        let glyph = self.charmap.map(one).unwrap_or_default();
        let advance = self.metrics.advance_width(glyph).unwrap_or(self.face.units);
        (GlyphId::new(glyph.to_u32()), advance / self.face.units)
    }
}
