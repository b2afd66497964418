# What a person types. Everything else is a SwiftPM command or a script in scripts/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

# An import that Package.swift does not declare is an error, so the arrows between targets hold.
CHECKED_IMPORTS := --explicit-target-dependency-import-check error

# What the campaign is told; see docs/RELIABILITY.md.
RESULTS ?= torture
JOBS ?= 1

.PHONY: setup build test test-readers torture lint reference check-docs demo deb test-deb clean

setup: ## installs what is missing of Debian's packages, checks for Swift
	@scripts/setup.sh

build: setup ## the release binary, .build/release/batchd, with no Swift library to install beside it
	swift build -c release --product batchd --static-swift-stdlib $(CHECKED_IMPORTS)

test: setup ## every test
	swift test $(CHECKED_IMPORTS)
	scripts/validate-schemas.py --examples
	scripts/validate-schemas.py record spool/samples/reviews_en.jsonl spool/samples/reviews_zh.jsonl

test-readers: build ## opens results with the lines of docs/READING.md in DuckDB, pandas, polars and jq; needs PyPI once
	@scripts/test-readers.sh

torture: build ## the whole campaign of docs/RELIABILITY.md, or PART=n, or PART=n SEEDS=a..b; RESULTS names a directory
	swift build -c release --product torture --static-swift-stdlib $(CHECKED_IMPORTS)
	.build/release/torture run --results $(RESULTS) --build $$(git describe --always --dirty) \
		--jobs $(JOBS) $(if $(PART),--part $(PART)) $(if $(SEEDS),--seeds $(SEEDS))

lint: ## formatting, documentation comments, shell and Python syntax
	@scripts/lint.sh

reference: build ## docs/reference/ and the schemas of the configuration files, made from the code
	@mkdir -p docs/reference
	.build/release/batchd config reference queue.yaml > docs/reference/queue.yaml.md
	.build/release/batchd config reference batchd.yaml > docs/reference/batchd.yaml.md
	.build/release/batchd config reference queue.yaml --schema > schemas/queue.schema.json
	.build/release/batchd config reference batchd.yaml --schema > schemas/batchd.schema.json

check-docs: build ## whether the documentation prints what the program prints; UPDATE=1 writes it anew, PAGES=… chooses
	@scripts/test-check-docs.py
	scripts/check-docs.py $(if $(UPDATE),--update) $(PAGES)

demo: build ## runs the sample job files through a fresh root in demo/
	@scripts/demo.sh

deb: build ## dist/batchd_*.deb, a Debian package with daemon, timer, manual pages and completions
	@scripts/build-deb.sh

test-deb: deb ## tries the package on a fresh Debian with a real systemd; needs root and debootstrap
	@scripts/test-deb.sh

clean:
	rm -rf .build demo dist
