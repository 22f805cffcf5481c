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
mod repeated;
mod shape;

macro_rules! targets {
    ($($name:ident: $count:literal,)*) => {$(
        mod $name;

        #[test]
        fn $name() {
            let target = harness::Target::new(stringify!($name), $name::DICTIONARY, $name::check);
            target.replay($count);
            // None, unless a variable of the environment or another engine says otherwise: see `make fuzz`.
            bolero::check!()
                .with_iterations(0)
                .with_max_len(shape::MAX_SEED)
                .for_each(|seed: &[u8]| target.run(seed));
        }
    )*};
}

// How many changed inputs each tries: all of them together stay below a minute.
targets! {
    answer: 1000,
    command: 500,
    config: 3000,
    envelope: 2000,
    message: 1000,
    query: 5000,
    station: 200,
    upload: 1000,
}
