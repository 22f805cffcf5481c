# The commands that a person types, and CI runs.

# The Debian packages that the tests use.
TEST_PACKAGES := nginx-light

.PHONY: run test lint bench doc

## run: the echo app with section [demo] of config.ini
run:
	cargo run -p echo

## test: installs what the tests need, builds every set of features, runs everything
test:
	scripts/install-packages $(TEST_PACKAGES)
	cargo build -p easy_wechat --no-default-features
	cargo test --workspace --all-features

## lint: format, clippy for each set of features, documentation, and the purity of the protocol
lint:
	cargo fmt --all --check
	cargo clippy -p easy_wechat --no-default-features -- -D warnings
	cargo clippy -p easy_wechat --no-default-features --features config -- -D warnings
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --all-features
	! cargo tree -p easy_wechat --no-default-features -e normal --prefix none | grep -E '^(tokio|actix|reqwest|tracing|rand )'

## bench: the tables of the README, each beside its yardstick; close other programs first
bench:
	cargo build --release -p echo
	cargo bench -p easy_wechat --bench protocol
	cargo bench -p easy_wechat --bench server -- --echo $(CURDIR)/target/release/echo

## doc: the documentation of the crate, in a browser
doc:
	cargo doc -p easy_wechat --no-deps --all-features --open
