# The commands that a person types, and CI runs.

# The Debian packages that the tests use.
TEST_PACKAGES := mandoc nginx-light chromium chromium-driver fonts-noto-cjk ffmpeg systemd

.PHONY: run sandbox test fuzz lint bench doc screenshots

## run: the echo app with section [demo] of config.ini
run:
	cargo run -p echo

## sandbox: the echo app with a local WeCom, without an account
sandbox:
	cargo run -p echo -- --sandbox

## test: installs what the tests need, builds every set of features, runs everything
test:
	scripts/install-packages $(TEST_PACKAGES)
	scripts/verify-units
	cargo build -p easy_wechat --no-default-features
	cargo test --workspace --all-features

## fuzz: random hostile inputs for one target or for all, SECONDS each: make fuzz TARGET=query SECONDS=600
fuzz:
	BOLERO_RANDOM_ITERATIONS=1000000000 BOLERO_RANDOM_TEST_TIME_MS=$(or $(SECONDS),60)000 cargo test -p easy_wechat_fuzz --test targets -- $(TARGET)

## lint: format, clippy for each set of features, documentation, and the purity of the protocol
lint:
	cargo fmt --all --check
	cargo clippy -p easy_wechat --no-default-features -- -D warnings
	cargo clippy -p easy_wechat --no-default-features --features config -- -D warnings
	cargo clippy -p easy_wechat --no-default-features --features server -- -D warnings
	cargo clippy -p easy_wechat --no-default-features --features client -- -D warnings
	cargo clippy -p easy_wechat --no-default-features --features sandbox -- -D warnings
	cargo clippy -p easy_wechat --no-default-features --features scheduler -- -D warnings
	cargo clippy -p easy_wechat --no-default-features --features sqlite -- -D warnings
	cargo clippy -p easy_wechat --no-default-features --features cli -- -D warnings
	cargo clippy -p easy_wechat -- -D warnings
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --all-features
	RUSTDOCFLAGS=-Dwarnings cargo doc -p easy_wechat --no-deps --no-default-features --features server
	RUSTDOCFLAGS=-Dwarnings cargo doc -p easy_wechat --no-deps --no-default-features --features client
	! cargo tree -p easy_wechat --no-default-features -e normal --prefix none | grep -E '^(tokio|actix|reqwest|tracing|rand )'

## bench: the tables of the README, each beside its yardstick; close other programs first
bench:
	cargo build --release -p echo
	cargo bench -p easy_wechat --bench protocol
	cargo bench -p easy_wechat --bench server -- --echo $(CURDIR)/target/release/echo
	cargo bench -p easy_wechat --bench sandbox --features sandbox
	cargo build --release -p easy_wechat --features cli --bin easy-wechat
	cargo bench -p easy_wechat --bench client --features sandbox -- --command $(CURDIR)/target/release/easy-wechat
	cargo bench -p monkey_monitor --bench live
	cargo bench -p ticket_watcher --bench answer

## doc: the documentation of the crate, in a browser
doc:
	cargo doc -p easy_wechat --no-deps --all-features --open

## screenshots: retake the pictures of the READMEs from the real pages
screenshots:
	scripts/install-packages $(TEST_PACKAGES)
	cargo test -p echo --test browser the_readmes_pictures
	cargo test -p monkey_monitor --test browser the_readmes_pictures
	cargo test -p ticket_watcher --test pictures
	cargo test -p morning_push --test pictures
	for name in sandbox sandbox.zh monkey_monitor monkey_monitor_page ticket_watcher morning_push; do \
		cp target/tmp/browser/$$name.png docs/ || exit 1; done
