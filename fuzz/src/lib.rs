//! Hostile inputs for `easy_wechat`.
//!
//! The targets are tests (`tests/targets`), their inputs are files (`corpus/TARGET`). `cargo test -p easy_wechat_fuzz` tries
//! each file and a fixed number of changes of them, the same in every run. `make fuzz TARGET=query SECONDS=600` goes on with
//! random ones. It needs no nightly compiler and no other tool.
//!
//! An input that fails is printed, and kept in a file. Copied to `corpus/TARGET` it is tried first from then on. Each input
//! that was once slow or wrong stays there, with a name that says what it is.
//!
//! Where `cargo-bolero` and a nightly compiler are installed, the same targets run with coverage guidance:
//! `cargo +nightly bolero test -p easy_wechat_fuzz query --engine libfuzzer`.
