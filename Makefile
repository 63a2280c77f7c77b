# SPDX-License-Identifier: Apache-2.0
# LLMLab: `make run` to see it, `make check` to test it, `make help` for the rest.

# --- what it stands on: package:pkg-config name:what for (Debian 12) -------------------
LIBS     := libsqlite3-dev:sqlite3:store libsodium-dev:libsodium:hashes libxxhash-dev:libxxhash:tables \
	libncurses-dev:ncursesw:screen libutf8proc-dev:libutf8proc:widths libuv1-dev:libuv:loop
TESTLIBS := libcmocka-dev:cmocka:tests libvterm-dev:vterm:screens

# --- the folders, lowest level first; each links only what stands before it ------------
FOLDERS  := base themes model keys store tui ingest views app

PREFIX   ?= /usr/local
BUILD    ?= build
ifeq ($(origin CC),default)
CC       := gcc
endif
OPT      ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wimplicit-fallthrough=5 -Wdate-time -Wvla -Wwrite-strings \
	-Wundef -Wpointer-arith
CPPFLAGS += -I. -D_GNU_SOURCE -DLLMLAB_VERSION='"$(shell cat VERSION)"'
CFLAGS   += -std=c17 $(OPT) $(WARN) -fno-strict-aliasing -fstack-protector-strong -fPIE -pthread -MMD -MP
LDFLAGS  += -pie -pthread -Wl,-z,relro,-z,now
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Werror

field     = $(foreach l,$(1),$(word $(2),$(subst :, ,$(l))))
LDLIBS    = $(shell pkg-config --libs $(call field,$(LIBS),2) 2>/dev/null)
TESTLD    = $(shell pkg-config --libs $(call field,$(TESTLIBS),2) 2>/dev/null)

lib       = $(BUILD)/lib$(1).a
below     = $(shell for f in $(FOLDERS); do echo $$f; [ $$f = $(1) ] && break; done)
reversed  = $(if $(1),$(call reversed,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
libs_for  = $(foreach f,$(call reversed,$(call below,$(1))),$(call lib,$(f)))
objects   = $(patsubst %.c,$(BUILD)/%.o,$(filter-out app/main.c,$(wildcard $(1)/*.c)))
TESTED   := $(foreach f,$(FOLDERS),$(if $(wildcard tests/$(f)/suites.def),$(f)))
FUZZED   := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.DEFAULT_GOAL := all
.PHONY: all help run deps check tests gates dev soak fuzz-smoke bench lint install uninstall clean man screenshots
.DELETE_ON_ERROR:

all: llmlab

help:
	@sed -n 's/^#: //p' Makefile

#: make run          installs what is missing, builds ./llmlab, shows the demo dashboard
run:
	@sh tests/support/deps.sh $(LIBS)
	@$(MAKE) --no-print-directory -s -j2 llmlab
	@./llmlab demo

#: make deps         installs what is missing and nothing else
deps:
	@sh tests/support/deps.sh $(LIBS)

#: make              builds ./llmlab
llmlab: $(BUILD)/app/main.o $(call libs_for,app)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: %.c VERSION
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

define folder_rules
$(call lib,$(1)): $(call objects,$(1))
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call folder_rules,$(f))))

# Files that are embedded: the object follows the file.
$(BUILD)/model/price_csv.o: $(wildcard model/*.csv)
$(BUILD)/store/migrate.o: $(wildcard store/migrations/*.sql)
$(BUILD)/themes/theme.o: $(wildcard themes/*.theme)

#: make check        every test and gate; ends with the tests' own totals
check:
	@sh tests/support/deps.sh $(LIBS) $(TESTLIBS)
	@$(MAKE) --no-print-directory -s -j2 llmlab $(BUILD)/bench/bench
	@$(MAKE) --no-print-directory -s gates fuzz-smoke
	@$(MAKE) --no-print-directory -s tests

#: make tests        the test suites alone; make test-store T='append*' runs some of one folder
tests: llmlab $(foreach f,$(TESTED),$(BUILD)/test_$(f))
	@for f in $(TESTED); do echo "== $$f"; $(BUILD)/test_$$f || exit 1; done

# A folder's tests link that folder and the ones below it: nothing reaches upward.
define test_rules
$(BUILD)/test_$(1): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/$(1)/*.c)) \
		$(BUILD)/tests/support/$(1)_main.o $(BUILD)/tests/support/support.o $(call libs_for,$(1))
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS) $$(TESTLD)
$(BUILD)/tests/support/$(1)_main.o: tests/support/main.c tests/$(1)/suites.def
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) $$(CFLAGS) -DSUITES='"tests/$(1)/suites.def"' -c -o $$@ $$<
.PHONY: test-$(1)
test-$(1): $(if $(filter app,$(1)),llmlab) $(BUILD)/test_$(1)
	$(BUILD)/test_$(1) $$(T)
endef
$(foreach f,$(TESTED),$(eval $(call test_rules,$(f))))

#: make dev          the same suites with AddressSanitizer and UBSan
dev:
	@sh tests/support/deps.sh $(LIBS) $(TESTLIBS)
	@$(MAKE) --no-print-directory -s -j2 BUILD=build-dev OPT='$(SANITIZE)' LDFLAGS='-pthread -fsanitize=address,undefined' \
		LLMLAB=build-dev/llmlab build-dev/llmlab
	@LLMLAB_BIN=build-dev/llmlab ASAN_OPTIONS=detect_leaks=1 $(MAKE) --no-print-directory BUILD=build-dev OPT='$(SANITIZE)' \
		LDFLAGS='-pthread -fsanitize=address,undefined' dev-tests
dev-tests: $(foreach f,$(TESTED),$(BUILD)/test_$(f))
	@for f in $(TESTED); do echo "== $$f"; $(BUILD)/test_$$f || exit 1; done
.PHONY: dev-tests
build-dev/llmlab: build-dev/app/main.o $(call libs_for,app)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

#: make soak         the long versions: 200 kills, every fault in turn
soak:
	@LLMLAB_SOAK=1 $(MAKE) --no-print-directory tests

#: make gates        layers, headers that compile alone, banned functions, money, SQL, SPDX
gates:
	@sh tests/gates.sh '$(CC)' '$(CPPFLAGS)'

#: make fuzz-smoke   each fuzz target for a second on mutated seeds; make fuzz-NAME runs libFuzzer (clang)
fuzz-smoke: $(foreach f,$(FUZZED),build-dev/fuzz_$(f))
	@for f in $(FUZZED); do build-dev/fuzz_$$f tests/fuzz/seeds || exit 1; done
build-dev/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/driver.c $(foreach f,$(filter-out app,$(FOLDERS)),$(wildcard $(f)/*.[ch]))
	@$(MAKE) --no-print-directory -s -j2 BUILD=build-dev OPT='$(SANITIZE)' $(foreach f,$(filter-out app,$(FOLDERS)),build-dev/lib$(f).a)
	@$(CC) $(CPPFLAGS) -std=c17 $(SANITIZE) -pthread -o $@ tests/fuzz/driver.c $< \
		$(foreach f,$(call reversed,$(filter-out app,$(FOLDERS))),build-dev/lib$(f).a) $(LDLIBS)
fuzz-%: tests/fuzz/fuzz_%.c
	@mkdir -p build-fuzz/corpus-$*
	clang $(CPPFLAGS) -std=c17 -O1 -g -fsanitize=fuzzer,address,undefined -o build-fuzz/fuzz_$* $< \
		$(foreach f,$(filter-out app,$(FOLDERS)),$(wildcard $(f)/*.c)) $(LDLIBS)
	build-fuzz/fuzz_$* -max_total_time=$(or $(SECONDS),60) build-fuzz/corpus-$* tests/fuzz/seeds

#: make bench        figures as JSON lines, each beside a reference of the same run
bench: llmlab $(BUILD)/bench/bench
	@$(BUILD)/bench/bench $(B)
$(BUILD)/bench/bench: $(patsubst %.c,$(BUILD)/%.o,$(wildcard bench/*.c)) $(call libs_for,ingest)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

#: make lint         clang-tidy and cppcheck, where they are installed
lint:
	@sh tests/support/lint.sh '$(CPPFLAGS)'

#: make install      to PREFIX=/usr/local (DESTDIR is honoured); make uninstall leaves every store alone
install: llmlab man
	install -Dm755 llmlab $(DESTDIR)$(PREFIX)/bin/llmlab
	install -Dm644 $(BUILD)/llmlab.1 $(DESTDIR)$(PREFIX)/share/man/man1/llmlab.1
	./llmlab completion bash | install -Dm644 /dev/stdin $(DESTDIR)$(PREFIX)/share/bash-completion/completions/llmlab
	./llmlab completion zsh | install -Dm644 /dev/stdin $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_llmlab
	./llmlab completion fish | install -Dm644 /dev/stdin $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/llmlab.fish
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/llmlab $(DESTDIR)$(PREFIX)/share/man/man1/llmlab.1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/llmlab \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_llmlab \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/llmlab.fish

#: make man          build/llmlab.1, printed from the command table
man: llmlab
	@mkdir -p $(BUILD)
	./llmlab man > $(BUILD)/llmlab.1

#: make screenshots  docs/spend.png, from a real xterm (needs xterm, xvfb, imagemagick)
screenshots: llmlab
	@sh tests/support/screenshot.sh docs/spend.png

#: make clean        removes what was built
clean:
	rm -rf build build-* llmlab

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
