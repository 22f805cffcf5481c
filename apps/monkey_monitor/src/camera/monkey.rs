//! The monkey of the synthetic picture.

use easy_wechat::Timestamp;

use super::picture::{Colour, Picture};

/// Where it is at this moment, and its eyes with it.
pub(super) fn draw(picture: &mut Picture, now: Timestamp) {
    let size = |pixels: usize| isize::try_from(pixels).unwrap_or(0);
    let (width, height) = (size(picture.width()), size(picture.height()));
    let radius = (width.min(height) / 6).max(4);
    let way = (width - 4 * radius).max(1);
    let tick = isize::try_from(now.as_micros().div_euclid(MICROS_A_STEP)).unwrap_or(0);
    // To the right and back again, in steps of a hundredth of the way.
    let step = tick.rem_euclid(200);
    let step = if step < 100 { step } else { 200 - step };
    let x = 2 * radius + way * step / 100;
    let hop = (tick.rem_euclid(10) - 5).abs() * radius / 40;
    let y = height / 2 - hop;
    let at = |dx: isize, dy: isize| (x + dx * radius / 100, y + dy * radius / 100);
    let wide = |percent: isize| (percent * radius / 100).max(1);

    for side in [-1, 1] {
        picture.disc(at(side * 95, -10), wide(38), FUR);
        picture.disc(at(side * 95, -10), wide(24), SKIN);
    }
    picture.disc(at(0, 0), wide(100), FUR);
    for side in [-1, 1] {
        picture.disc(at(side * 34, -18), wide(40), SKIN);
    }
    picture.disc(at(0, 38), wide(54), SKIN);
    for side in [-1, 1] {
        picture.disc(at(side * 34, -18), wide(15), [255, 255, 255]);
        picture.disc(at(side * 34 + (step - 50) / 8, -16), wide(9), DARK);
        picture.disc(at(side * 9, 22), wide(4), DARK);
    }
    let (left, mouth) = at(-26, 52);
    picture.block((left, mouth), (wide(52), wide(7)), DARK);
}

const FUR: Colour = [110, 70, 40];
const SKIN: Colour = [238, 200, 160];
const DARK: Colour = [40, 25, 15];

/// The monkey moves on ten times a second.
const MICROS_A_STEP: i64 = 100_000;
