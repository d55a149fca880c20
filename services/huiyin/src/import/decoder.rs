//! Decodes a file piece by piece into UTF-8, so that a file of any size is read in little memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::Decoder as Codec;
use text::{Detector, Encoding};

const PIECE: usize = 64 * 1024;

/// Reads a file as UTF-8, whatever encoding it is in.
pub struct Decoder {
    file: File,
    codec: Codec,
    input: Vec<u8>,
    output: Vec<u8>,
    given: usize,
    ended: bool,
    done: Arc<AtomicU64>,
}

/// Says what a first look at a file told.
pub struct Opened {
    /// The file, at its beginning.
    pub decoder: Decoder,
    /// The encoding that was found.
    pub encoding: Encoding,
    /// The size in bytes.
    pub size: u64,
    /// How many bytes were read so far; counts on while the decoder is read.
    pub done: Arc<AtomicU64>,
    /// Whether lines end with a line feed, as all but the oldest files do.
    pub line_feeds: bool,
}

/// Opens a file: reads it once to tell its encoding, then stands at its beginning.
///
/// # Errors
/// Fails when the file cannot be read.
pub fn open(path: &Path) -> io::Result<Opened> {
    let mut file = File::open(path)?;
    let (mut detector, mut head, mut size, mut line_feeds) = (Detector::default(), Vec::new(), 0, false);
    let mut piece = vec![0; PIECE];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            break;
        }
        let read = &piece[..length];
        if size == 0 {
            head = read[..length.min(4)].to_vec();
        }
        size += length as u64;
        line_feeds |= read.contains(&b'\n');
        detector.push(read);
    }
    let encoding = detector.finish();
    let mark = encoding.mark_len(&head) as u64;
    file.seek(SeekFrom::Start(mark))?;
    let done = Arc::new(AtomicU64::new(mark));
    let codec = encoding.codec().new_decoder_without_bom_handling();
    let decoder =
        Decoder { file, codec, input: piece, output: Vec::new(), given: 0, ended: false, done: done.clone() };
    Ok(Opened { decoder, encoding, size, done, line_feeds })
}

impl Read for Decoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let length = buffer.len().min(self.output.len() - self.given);
        buffer[..length].copy_from_slice(&self.output[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

impl Decoder {
    fn fill(&mut self) -> io::Result<()> {
        let length = self.file.read(&mut self.input)?;
        self.done.fetch_add(length as u64, Ordering::Relaxed);
        self.ended = length == 0;
        let room = self.codec.max_utf8_buffer_length(length).unwrap_or(4 * PIECE);
        self.output.resize(room, 0);
        // The output is long enough for the worst case, so the whole input is always taken.
        let (_, _, written, _) =
            self.codec.decode_to_utf8(&self.input[..length], &mut self.output, self.ended);
        self.output.truncate(written);
        self.given = 0;
        Ok(())
    }
}
