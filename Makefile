# The words for working on ropa; CI uses the same.
.PHONY: run postgres test judge mutants bench check clients

# Builds, serves the example inventory on embedded SQLite, and shows a first check answered.
run:
	@./tools/run.sh

# The same on a throw-away PostgreSQL, with the ops port: what docker-compose.yml runs, where there is no
# Docker engine.
postgres:
	@./tools/with-postgres.sh sh -c 'ROPA_RUN_DATABASE="$$ROPA_TEST_POSTGRES" ROPA_OPS__LISTEN="$${ROPA_OPS__LISTEN:-127.0.0.1:7422}" ./tools/run.sh'

# All tests, on SQLite and on a throw-away PostgreSQL. Those of the clients for Python and Node say that they
# are skipped where what `make clients` installs is not there.
test:
	@./tools/with-postgres.sh cargo test --workspace --locked

# The judge of tests/it/judge beside the engine, on QUESTIONS questions at random from SEED on; `make test`
# asks a hundred thousand.
QUESTIONS ?= 1000000
SEED ?= 1
judge:
	JUDGE_QUESTIONS=$(QUESTIONS) JUDGE_SEED=$(SEED) \
		cargo test --release --locked --test it -- --nocapture judge::random

# The rules with one thing changed at a time, walked through the cases: what no case would notice, and a question
# at random that shows it. FOLDERS and files under src are changed.
FOLDERS ?= src/engine/rules
mutants:
	cargo run --quiet --locked --package mutants -- $(FOLDERS)

# What it costs to ask, as ratios within one run: the table of docs/PERFORMANCE.md.
bench:
	cargo bench --locked --bench speed

# What the clients of examples/clients need, beside them.
clients:
	python3 -m venv examples/clients/python/.venv
	examples/clients/python/.venv/bin/pip install --quiet --requirement examples/clients/python/requirements.txt
	npm install --prefix examples/clients/node --no-audit --no-fund --no-package-lock

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
