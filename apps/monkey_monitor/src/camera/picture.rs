//! A picture that is drawn: discs and digits.

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

/// Pixels, row by row.
pub(super) struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Picture {
    /// A sky above a meadow.
    pub(super) fn sky(width: u16, height: u16) -> Self {
        let (width, height) = (usize::from(width), usize::from(height));
        let mut rgb = Vec::with_capacity(width * height * 3);
        for row in 0..height {
            let shade = u8::try_from(row * 70 / height.max(1)).unwrap_or(70);
            let colour = if row * 4 < height * 3 {
                [110 + shade, 170 + shade, 235]
            } else {
                [90, 190 - shade, 80]
            };
            rgb.extend(std::iter::repeat_n(colour, width).flatten());
        }
        Self { width, height, rgb }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// A disc; what is outside of the picture is left out.
    pub(super) fn disc(&mut self, (x, y): (isize, isize), radius: isize, colour: Colour) {
        for dy in -radius..=radius {
            // Never negative: |dy| is at most the radius.
            let half = (radius * radius - dy * dy).unsigned_abs().isqrt();
            let half = isize::try_from(half).unwrap_or(0);
            self.row(x - half, x + half + 1, y + dy, colour);
        }
    }

    /// A rectangle, by its upper left corner.
    pub(super) fn block(
        &mut self,
        (x, y): (isize, isize),
        (width, height): (isize, isize),
        colour: Colour,
    ) {
        for row in y..y + height {
            self.row(x, x + width, row, colour);
        }
    }

    /// Digits, `-`, `:` and `.` in the lower left corner, white on black.
    pub(super) fn write(&mut self, text: &str) {
        let length = isize::try_from(text.chars().count()).unwrap_or(1).max(1);
        let size = |pixels: usize| isize::try_from(pixels).unwrap_or(0);
        let (width, height) = (size(self.width), size(self.height));
        let dot = (width / (length * CELL + 4)).clamp(1, 4);
        let top = height - 11 * dot;
        self.block((0, top), ((length * CELL + 3) * dot, 11 * dot), [0, 0, 0]);
        for (place, char) in (0..).zip(text.chars()) {
            for (row, bits) in (0..).zip(glyph(char)) {
                for column in (0..5).filter(|column| bits & (0b1_0000 >> column) != 0) {
                    let x = (2 + place * CELL + column) * dot;
                    let y = top + (2 + row) * dot;
                    self.block((x, y), (dot, dot), [255, 255, 255]);
                }
            }
        }
    }

    fn row(&mut self, from: isize, to: isize, y: isize, colour: Colour) {
        let Some(y) = usize::try_from(y).ok().filter(|&y| y < self.height) else {
            return;
        };
        let within = |x: isize| usize::try_from(x).unwrap_or(0).min(self.width);
        let (from, to) = (within(from), within(to));
        let start = y * self.width;
        let pixels = self.rgb.get_mut((start + from) * 3..(start + to) * 3);
        for pixel in pixels.unwrap_or_default().chunks_exact_mut(3) {
            pixel.copy_from_slice(&colour);
        }
    }
}

/// Five by seven dots; empty for what is not among them.
fn glyph(char: char) -> [u8; 7] {
    match char {
        '0' => [14, 17, 19, 21, 25, 17, 14],
        '1' => [4, 12, 4, 4, 4, 4, 14],
        '2' => [14, 17, 1, 6, 8, 16, 31],
        '3' => [14, 17, 1, 6, 1, 17, 14],
        '4' => [2, 6, 10, 18, 31, 2, 2],
        '5' => [31, 16, 30, 1, 1, 17, 14],
        '6' => [6, 8, 16, 30, 17, 17, 14],
        '7' => [31, 1, 2, 4, 8, 8, 8],
        '8' => [14, 17, 17, 14, 17, 17, 14],
        '9' => [14, 17, 17, 15, 1, 2, 12],
        '-' => [0, 0, 0, 31, 0, 0, 0],
        ':' => [0, 4, 0, 0, 4, 0, 0],
        '.' => [0, 0, 0, 0, 0, 6, 6],
        _ => [0; 7],
    }
}

/// The width of a character with the gap behind it, in dots.
const CELL: isize = 6;
