# The two commands of the README for a machine without Nix: `make demo` and `make test`.
# It calls; it does not compute.

SWIFT ?= swift
PREFIX ?= /usr/local
TOOLS := .tools
# Without what only a debugger reads, of which the builder's paths are a part, and without a place of
# their own to look for libraries in.
RELEASE := --configuration release --static-swift-stdlib --scratch-path .build-release \
	--disable-local-rpath -Xlinker -s
# Archives of libc and libyaml, where there are both, make a program that starts in half the time.
STATIC = $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -static -x c - -lyaml -o /dev/null 2>/dev/null && echo AMM_STATIC=1)
STRICT := --explicit-target-dependency-import-check error
AMM := .build-release/release/amm
SOURCES := $(shell find Sources Package.swift -name '*.swift' -o -name '*.[ch]' -o -name '*.modulemap')

.PHONY: build demo test exhaustive mutations walkthroughs fuzz oracle e2e record lint format bench install dependencies clean

build: $(AMM)

$(AMM): dependencies $(SOURCES)
	$(STATIC) $(SWIFT) build $(RELEASE) $(STRICT) --product amm
	$(STATIC) $(SWIFT) build $(RELEASE) $(STRICT) --product amm-compare
	$(STATIC) $(SWIFT) build $(RELEASE) $(STRICT) --product amm-fetch

# Headers of libyaml, libcurl and OpenSSL, and pkg-config, from Debian where they are missing.
dependencies:
	@.ci/install-dependencies

# Compiles the shipped example and shows what it made.
demo: build
	rm -rf demo
	$(AMM) init --example demo
	$(AMM) generate --workspace demo
	$(AMM) list --workspace demo
	$(AMM) info tgi-primary --workspace demo
	cat demo/generated/quadlet/tgi-primary.container

# Everything: unit tests, the corpus, golden files, and the real quadlet generator and Nix.
test: dependencies $(TOOLS)/.ready
	$(SWIFT) build $(STRICT) --build-tests
	AMM_TOOLS=$(CURDIR)/$(TOOLS)/bin $(SWIFT) test --skip-build --parallel

$(TOOLS)/.ready: .ci/real-tools
	.ci/real-tools $(TOOLS)

# All cases of the tests that try a part of theirs otherwise, in a release build: half an hour.
exhaustive: dependencies $(TOOLS)/.ready
	AMM_EXHAUSTIVE=1 AMM_TOOLS=$(CURDIR)/$(TOOLS)/bin $(SWIFT) test --configuration release \
	  --scratch-path .build-exhaustive -Xswiftc -enable-testing --parallel --filter \
	  '(ExtremeValue|Fault|SwitchFault|Secret|SecretForm|Output|Format|Analysis|Adversarial)Tests'

# Plants faults, one at a time, and tells which no test finds: 20 minutes.
mutations: dependencies $(TOOLS)/.ready
	Tests/Mutations/run

# Applies the walk-throughs of CONTRIBUTING.md to a copy, and compiles it.
walkthroughs: dependencies
	Tests/Walkthroughs/run

# Arbitrary bytes for what reads them: `make fuzz FUZZ_SECONDS=3600`. Says why where the toolchain cannot.
FUZZ_SECONDS ?= 60
fuzz: dependencies
	Tests/Fuzz/run $(FUZZ_SECONDS)

# Every option of every release through the launchers' real parsers: half an hour, 4 GB, outside CI.
oracle: build
	Tests/Oracle/run $(AMM)

# For real: llama.cpp's server under systemd and Podman, served and switched. Needs root.
e2e: build
	.ci/end-to-end $(AMM)

# Writes the expected outputs anew; `git diff` then shows what changed.
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
	mkdir -p $(addprefix $(DESTDIR)$(PREFIX)/share/,bash-completion/completions zsh/site-functions fish/vendor_completions.d)
	$(AMM) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/amm
	$(AMM) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_amm
	$(AMM) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/amm.fish

clean:
	rm -rf .build .build-release .build-exhaustive .build-mutations .build-walkthroughs .tools demo
