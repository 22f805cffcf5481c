# The commands that a person types, and CI runs.

# The Debian packages that the tests use.
TEST_PACKAGES := nginx-light chromium chromium-driver fonts-noto-cjk

.PHONY: run sandbox test lint bench doc screenshots

## run: the echo app with section [demo] of config.ini
run:
	cargo run -p echo

## sandbox: the echo app beside a WeCom of its own, with no account
sandbox:
	cargo run -p echo -- --sandbox

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
	cargo clippy -p easy_wechat --no-default-features --features sandbox -- -D warnings
	cargo clippy -p easy_wechat -- -D warnings
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --all-features
	! cargo tree -p easy_wechat --no-default-features -e normal --prefix none | grep -E '^(tokio|actix|reqwest|tracing|rand )'

## bench: the tables of the README, each beside its yardstick; close other programs first
bench:
	cargo build --release -p echo
	cargo bench -p easy_wechat --bench protocol
	cargo bench -p easy_wechat --bench server -- --echo $(CURDIR)/target/release/echo
	cargo bench -p easy_wechat --bench sandbox --features sandbox

## doc: the documentation of the crate, in a browser
doc:
	cargo doc -p easy_wechat --no-deps --all-features --open

## screenshots: the pictures of the READMEs, anew from the real page
screenshots:
	scripts/install-packages $(TEST_PACKAGES)
	cargo test -p echo --test browser the_readmes_pictures
	cp target/tmp/browser/sandbox.png target/tmp/browser/sandbox.zh.png docs/
