//! The fuzz targets. Each checks more than "it does not crash": see its module.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is a failure"
)]

mod harness;
mod keys;
mod shape;

use std::time::Duration;

macro_rules! targets {
    ($($name:ident)*) => {$(
        mod $name;

        #[test]
        fn $name() {
            let target = harness::Target::new(stringify!($name), $name::DICTIONARY, $name::check);
            target.replay();
            bolero::check!()
                .with_test_time(TIME)
                .with_max_len(shape::MAX_SEED)
                .for_each(|seed: &[u8]| target.run(seed));
        }
    )*};
}

targets! { answer command config envelope message query station upload }

/// The time of each target: all of them together stay below a minute. `BOLERO_RANDOM_TEST_TIME_MS` says otherwise.
const TIME: Duration = Duration::from_secs(6);
