# `make demo` shows Redress at work, `make test` proves it. Both install what they need (Debian packages).
# `make demo KEEP=1` leaves the servers running until it is told to stop.

CARGO ?= cargo
KEEP ?=
MAILS ?= 100000

# The newer runner gives each test a process of its own; the plain one runs the same tests.
RUNNER := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo "nextest run" || echo "test --all-targets")

.PHONY: help demo test crash mailbox check letters

help:
	@echo "make demo [KEEP=1]   play one dispute on throw-away mail servers"
	@echo "make test            run every test, real servers and both databases included"
	@echo "make crash [KILLS=]  kill a desk at random moments, 10000 times unless told otherwise"
	@echo "make mailbox [MAILS=n]  try a mailbox of 100,000 mails, or of so many"
	@echo "make check           format, lints and documentation"
	@echo "make letters         draw every letter as a customer sees it, into docs/letters"

demo:
	scripts/setup demo
	$(CARGO) run --quiet --locked -- demo $(if $(filter-out 0 no,$(KEEP)),--keep)

# REDRESS_TEST=full: a server that is missing fails its tests instead of skipping them.
test:
	scripts/setup test
	$(CARGO) test --quiet --locked --doc
	REDRESS_TEST=full $(CARGO) $(RUNNER) --workspace --locked

# Kills a desk at random moments: as many times as KILLS says, half of them on each database.
KILLS ?= 10000
crash:
	scripts/setup test
	REDRESS_TEST=full REDRESS_KILLS=$$(($(KILLS) / 2)) $(CARGO) test --locked --test e2e -- --nocapture crash::g06

check:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items --locked

# One test of `make test`, at full size and speed; it says what it measured.
mailbox:
	REDRESS_MAILBOX=$(MAILS) $(CARGO) test --quiet --release --locked --test it -- --nocapture g14_a_mailbox_of_years

# The pictures in docs/letters, from the samples.
letters:
	scripts/setup letters
	scripts/letters
