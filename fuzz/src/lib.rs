//! Hostile inputs for `easy_wechat`.
//!
//! The targets are tests (`tests/targets`), their inputs are files (`corpus/TARGET`). `cargo test -p easy_wechat_fuzz` first
//! tries each file, then random changes of them for a few seconds per target; `make fuzz TARGET=query SECONDS=600` goes on
//! longer. It needs no nightly compiler and no other tool.
//!
//! An input that fails is printed, and kept in a file. Copied to `corpus/TARGET` it is tried first from then on: each input
//! that was once slow or wrong stays there, with a name that says what it is.
//!
//! Where `cargo-bolero` and a nightly compiler are installed, the same targets run with coverage guidance:
//! `cargo +nightly bolero test -p easy_wechat_fuzz query --engine libfuzzer`.
