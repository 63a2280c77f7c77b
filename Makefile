# SPDX-License-Identifier: Apache-2.0
# LLMLab: `make run` to see it, `make check` to test it, `make help` for the rest.

# --- what it stands on: Debian 12 packages, "package:pkg-config name" ------------------
LIBS     := libsqlite3-dev:sqlite3 libsodium-dev:libsodium libxxhash-dev:libxxhash
TESTLIBS := libcmocka-dev:cmocka

# --- the folders, lowest level first; each links only what stands before it ------------
FOLDERS  := base model keys store ingest app

PREFIX   ?= /usr/local
BUILD    ?= build
CC       ?= gcc
OPT      ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wimplicit-fallthrough=5 -Wdate-time -Wvla -Wwrite-strings \
	-Wundef -Wpointer-arith
CPPFLAGS += -I. -D_GNU_SOURCE -DLLMLAB_VERSION='"$(shell cat VERSION)"'
CFLAGS   += -std=c17 $(OPT) $(WARN) -fno-strict-aliasing -fstack-protector-strong -fPIE -pthread -MMD -MP
LDFLAGS  += -pie -pthread -Wl,-z,relro,-z,now

pkgs      = $(foreach l,$(1),$(word 2,$(subst :, ,$(l))))
debs      = $(foreach l,$(1),$(word 1,$(subst :, ,$(l))))
LDLIBS   = $(shell pkg-config --libs $(call pkgs,$(LIBS)) 2>/dev/null)
TESTLD   = $(shell pkg-config --libs $(call pkgs,$(TESTLIBS)) 2>/dev/null)

lib       = $(BUILD)/lib$(1).a
below     = $(shell for f in $(FOLDERS); do echo $$f; [ $$f = $(1) ] && break; done)
reversed  = $(if $(1),$(call reversed,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
libs_for  = $(foreach f,$(call reversed,$(call below,$(1))),$(call lib,$(f)))
objects   = $(patsubst %.c,$(BUILD)/%.o,$(filter-out app/main.c,$(wildcard $(1)/*.c)))
TESTED   := $(foreach f,$(FOLDERS),$(if $(wildcard tests/$(f)/*.c),$(f)))

.PHONY: all help run check deps
.DEFAULT_GOAL := all
all: llmlab

llmlab: $(BUILD)/app/main.o $(call libs_for,app)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

define folder_rules
$(call lib,$(1)): $(call objects,$(1))
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call folder_rules,$(f))))

# A folder's tests link that folder and the ones below it: nothing reaches upward.
define test_rules
$(BUILD)/test_$(1): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/$(1)/*.c)) $(BUILD)/tests/support/$(1)_main.o $(BUILD)/tests/support/support.o $(call libs_for,$(1))
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS) $$(TESTLD)
$(BUILD)/tests/support/$(1)_main.o: tests/support/main.c tests/$(1)/suites.def
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) $$(CFLAGS) -DSUITES='"tests/$(1)/suites.def"' -c -o $$@ $$<
.PHONY: test-$(1)
test-$(1): $(BUILD)/test_$(1)
	$(BUILD)/test_$(1) $$(T)
endef
$(foreach f,$(TESTED),$(eval $(call test_rules,$(f))))

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
