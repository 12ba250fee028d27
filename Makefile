# Commands for machines without Nix, such as `make demo` and `make test` in the README.
# The Makefile only calls other programs.

SWIFT ?= swift
PREFIX ?= /usr/local
TOOLS := .tools
# The release build has no symbols, which contain the builder's paths, and no search path for libraries.
RELEASE := --configuration release --static-swift-stdlib --scratch-path .build-release \
	--disable-local-rpath -Xlinker -s
# With static archives of libc and libyaml, the program starts in half the time.
STATIC = $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -static -x c - -lyaml -o /dev/null 2>/dev/null && echo AMM_STATIC=1)
STRICT := --explicit-target-dependency-import-check error
AMM := .build-release/release/amm
SOURCES := $(shell find Sources Package.swift -name '*.swift' -o -name '*.[ch]' -o -name '*.modulemap')

.PHONY: build demo test test-build exhaustive mutations walkthroughs fuzz oracle e2e record lint format bench install package dependencies clean

build: $(AMM)

$(AMM): dependencies $(SOURCES)
	$(STATIC) $(SWIFT) build $(RELEASE) $(STRICT) --product amm
	$(STATIC) $(SWIFT) build $(RELEASE) $(STRICT) --product amm-compare
	$(STATIC) $(SWIFT) build $(RELEASE) $(STRICT) --product amm-fetch

# Installs missing dependencies of the build and of the tests on Debian.
dependencies:
	@.ci/install-dependencies

# Generates the units of the shipped example and shows one of them.
demo: build
	rm -rf demo
	$(AMM) init --example demo
	$(AMM) generate --workspace demo
	$(AMM) list --workspace demo
	$(AMM) info tgi-primary --workspace demo
	cat demo/generated/quadlet/tgi-primary.container

# Runs all tests: unit tests, the corpus, golden files, and the real quadlet generator and Nix. The program that they
# run is the release build.
test: build test-build $(TOOLS)/.ready
	AMM_PROGRAMS=$(CURDIR)/$(dir $(AMM)) AMM_TOOLS=$(CURDIR)/$(TOOLS)/bin \
	  .ci/tests $(SWIFT) test --skip-build --parallel

# Compiles the tests.
test-build: dependencies
	$(SWIFT) build $(STRICT) --build-tests

$(TOOLS)/.ready: .ci/real-tools
	.ci/real-tools $(TOOLS)

# Runs the tests that normally try only some of their cases with all cases, in a release build: half an hour.
exhaustive: dependencies $(TOOLS)/.ready
	AMM_EXHAUSTIVE=1 AMM_TOOLS=$(CURDIR)/$(TOOLS)/bin $(SWIFT) test --configuration release \
	  --scratch-path .build-exhaustive -Xswiftc -enable-testing --parallel --filter \
	  '(ExtremeValue|Fault|SwitchFault|Secret|SecretForm|Output|Format|Analysis|Adversarial)Tests'

# Inserts faults, one at a time, and reports those that no test finds: 20 minutes.
mutations: dependencies $(TOOLS)/.ready
	Tests/Mutations/run

# Applies the walk-throughs of CONTRIBUTING.md to a copy of the tree, and compiles it.
walkthroughs: dependencies
	Tests/Walkthroughs/run

# Fuzzes the parsers: `make fuzz FUZZ_SECONDS=3600`. Prints the reason if the toolchain has no fuzzer.
FUZZ_SECONDS ?= 60
fuzz: dependencies
	Tests/Fuzz/run $(FUZZ_SECONDS)

# Passes every option of every version to the launchers' real parsers: half an hour, 4 GB, not in CI.
oracle: build
	Tests/Oracle/run $(AMM)

# Runs the end-to-end tests: llama.cpp's server under real systemd and Podman. Needs root.
e2e: build
	.ci/end-to-end $(AMM)

# Writes the expected outputs again; `git diff` then shows what changed.
record: dependencies $(TOOLS)/.ready
	AMM_RECORD=1 AMM_TOOLS=$(CURDIR)/$(TOOLS)/bin $(SWIFT) test --parallel

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

bench: build $(TOOLS)/.ready
	AMM=$(CURDIR)/$(AMM) Tests/Benchmark/run
	Tests/Benchmark/nix-eval
	AMM=$(CURDIR)/$(AMM) Tests/Benchmark/bounds

install: build
	install -D -m 755 $(AMM) $(DESTDIR)$(PREFIX)/bin/amm
	ln -sfn amm $(DESTDIR)$(PREFIX)/bin/ai-model-manager
	mkdir -p $(DESTDIR)$(PREFIX)/share/amm
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/libexec/amm $(AMM)-compare $(AMM)-fetch
	cp -r profiles share/tasks $(DESTDIR)$(PREFIX)/share/amm/
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/amm/python share/python/ai_models.py
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 docs/man/*.1
	echo '.so man1/amm.1' > $(DESTDIR)$(PREFIX)/share/man/man1/ai-model-manager.1
	mkdir -p $(addprefix $(DESTDIR)$(PREFIX)/share/,bash-completion/completions zsh/site-functions fish/vendor_completions.d)
	$(AMM) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/amm
	$(AMM) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_amm
	$(AMM) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/amm.fish

# A tarball and a Debian package, in dist/.
package: build
	.ci/package

clean:
	rm -rf .build .build-release .build-exhaustive .build-mutations .build-walkthroughs .tools demo dist
