# The words for working on ropa; CI uses the same.
.PHONY: run test check

# Builds, serves the example inventory on embedded SQLite, and shows a first check answered.
run:
	@./tools/run.sh

# All tests, on SQLite and on a throw-away PostgreSQL.
test:
	@./tools/with-postgres.sh cargo test --workspace --locked

# Form: what a machine can say about taste.
check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
	@if cargo deny --version >/dev/null 2>&1; then \
		cargo deny --locked check --hide-inclusion-graph bans licenses sources; \
	else \
		echo "cargo-deny is not installed: licences, bans and sources of dependencies were not checked"; \
	fi
