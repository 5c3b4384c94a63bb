# vhod: build, run, test. `make help` lists the targets; README.md tells the rest.
#
# Everything built goes under build/. Programs take their settings from data/vhod.ini; `make run` overrides the few that
# depend on the port by environment variables (cgi-bin/base/settings.h).

PORT    ?= 8080
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build

# --- what is needed, by Debian's package names -------------------------------------------------------------------

PACKAGES_BUILD := build-essential pkg-config libfcgi-dev libsqlite3-dev libiniparser-dev libcmark-dev libqrencode-dev \
	libjansson-dev libutf8proc-dev libidn2-dev libstemmer-dev libmd-dev libpq-dev libseccomp-dev libarchive-dev zlib1g-dev \
	libbrotli-dev libcurl4-openssl-dev libc-ares-dev nettle-dev libpsl-dev libicu-dev libmicrohttpd-dev libcairo2-dev \
	libfreetype-dev libgit2-dev fonts-dejavu-core ca-certificates hunspell-ru tzdata gettext
PACKAGES_RUN   := lighttpd spawn-fcgi multiwatch
PACKAGES_UNIT  := libcmocka-dev
PACKAGES_TEST  := lighttpd-mod-openssl chromium nodejs npm nginx openssl wrk curl sqlite3 postgresql poppler-utils zbar-tools systemd \
	dnstwist git
# the same pages in other engines (tests/web/engines.test.js, which skips those that are not there): some 160 MB to fetch
PACKAGES_ENGINES := chromium-driver firefox-esr webkit2gtk-driver xvfb
PACKAGES_LINT  := clang-format clang-tidy cppcheck shellcheck python3
PACKAGES_FUZZ  := clang libclang-rt-dev
PACKAGES       := $(CURDIR)/cgi-bin/ops/packages.sh

# --- how it is built ----------------------------------------------------------------------------------------------

CC      ?= cc
CSTD    := -std=c11 -D_GNU_SOURCE
WARN    := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wformat=2 -Wdeclaration-after-statement -Wvla -Wcast-qual -Wundef
OPTIM   ?= -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
SANITIZE ?=
# Where headers are: for the compiler and for what tools can hold.
INCLUDE := -Icgi-bin -I$(BUILD) -isystem /usr/include/freetype2
CFLAGS  += $(CSTD) $(WARN) $(OPTIM) $(SANITIZE) $(INCLUDE)
DEPS    := -MMD -MP
LDFLAGS += $(SANITIZE) -Wl,-z,relro,-z,now,--as-needed
LIBS    := -lfcgi -lsqlite3 -liniparser -lcmark -lqrencode -ljansson -lutf8proc -lidn2 -lstemmer -lmd -lpq -lseccomp -larchive -lz -lbrotlienc -lcurl -lcares -lnettle -lpsl -lmicrohttpd -lcairo -lfreetype -lgit2 -lm

PROGRAMS := regions guides search stats
ROOMS    := base journal tally tally/sqlite tally/postgres directory address search probe notice content web view pages \
	pages/stats backup commands
SOURCES  := $(foreach room,$(ROOMS),$(wildcard cgi-bin/$(room)/*.c))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
SQL      := $(foreach room,$(ROOMS),$(wildcard cgi-bin/$(room)/*.sql))
GEN      := $(SQL:cgi-bin/%=$(BUILD)/gen/%.h)
LIBRARY  := $(BUILD)/libvhod.a
# What maintainers read, in their languages (cgi-bin/base/message.h): cgi-bin/po/LANGUAGE.po.
LANGUAGES := $(basename $(notdir $(wildcard cgi-bin/po/*.po)))
CATALOGUES := $(LANGUAGES:%=$(BUILD)/locale/%/LC_MESSAGES/vhod.mo)
BINARIES := $(PROGRAMS:%=$(BUILD)/bin/%.fcgi) $(BUILD)/bin/vhod

# One short line for each file; `make V=1` shows the commands.
Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2))

# As many at once as there are processors, unless somebody has said how many.
JOBS ?= $(shell nproc)
AGAIN = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

.PHONY: all programs po run check clients test fault asan mutate coverage lint fuzz fuzz-run bench install deb clean help format \
	screenshots FORCE \
	compile_commands.json deps-build deps-run deps-unit deps-test
.DELETE_ON_ERROR:
.SECONDARY:

all: deps-build ## build the programs
	@$(AGAIN) programs

programs: $(BINARIES) $(CATALOGUES)
	@:

$(BUILD)/gen/%.sql.h: cgi-bin/%.sql
	@mkdir -p $(@D)
	@{ printf 'static const char %s_sql[] =\n' $(basename $(notdir $<)); \
	   sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $<; echo ';'; } > $@

# How everything here was compiled, and of which files: these are new when that is, and what depends on it follows.
FLAGS := $(BUILD)/flags
PARTS := $(BUILD)/parts
keep   = mkdir -p $(@D) && echo '$(1)' | cmp -s - $@ || echo '$(1)' >$@

$(FLAGS): FORCE
	@$(call keep,$(CC) $(CFLAGS) $(LDFLAGS) $(LIBS))
$(PARTS): FORCE
	@$(call keep,$(OBJECTS))

# Words of the language, from the dictionary of hunspell-ru (cgi-bin/search/ordinary.h).
DICTIONARY := /usr/share/hunspell/ru_RU

$(BUILD)/ops/ordinary: cgi-bin/ops/ordinary.c $(addprefix $(BUILD)/cgi-bin/base/,buffer.o log.o message.o shortage.o utf8.o)
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lutf8proc

$(DICTIONARY).aff $(DICTIONARY).dic:
	@echo 'make: $@ is missing: search would take ordinary words for towns. apt install hunspell-ru' >&2; exit 1

$(BUILD)/gen/search/ordinary.h: $(BUILD)/ops/ordinary $(DICTIONARY).aff $(DICTIONARY).dic
	@mkdir -p $(@D)
	$(call say,make,$@)
	$(Q)$^ >$@

$(BUILD)/cgi-bin/search/ordinary.o: $(BUILD)/gen/search/ordinary.h

# Letters that look like others, from Unicode's data as ICU has it (cgi-bin/address/letters.h); ICU is in no program.
$(BUILD)/ops/confusable: cgi-bin/ops/confusable.c
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -licui18n -licuuc

$(BUILD)/gen/address/confusable.h: $(BUILD)/ops/confusable
	@mkdir -p $(@D)
	$(call say,make,$@)
	$(Q)$< >$@

$(BUILD)/cgi-bin/address/letters.o: $(BUILD)/gen/address/confusable.h

# Which object includes which statements, the compiler writes down (-MMD): one .sql touched rebuilds those that include it.
$(BUILD)/%.o: %.c $(FLAGS) | $(GEN)
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) $(DEPS) -c -o $@ $<

$(LIBRARY): $(OBJECTS) $(PARTS)
	@rm -f $@
	$(call say,ar,$@)
	$(Q)$(AR) rcs $@ $(OBJECTS)

$(BUILD)/bin/%.fcgi: $(BUILD)/cgi-bin/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/bin/vhod: $(BUILD)/cgi-bin/vhod.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/locale/%/LC_MESSAGES/vhod.mo: cgi-bin/po/%.po
	@mkdir -p $(@D)
	$(call say,mo,$@)
	$(Q)msgfmt --check -o $@ $<

# The texts of the code, as the catalogues must have them: of all rooms but those that make pages.
SPEAKING := $(sort $(filter-out $(foreach room,web view pages pages/stats,$(wildcard cgi-bin/$(room)/*.c)),$(SOURCES)) cgi-bin/vhod.c)
# The comments of the samples too: `vhod new` translates them.
$(BUILD)/gen/samples.c: $(wildcard templates/new/*)
	@mkdir -p $(@D)
	@sed -n -e 's/["\\]/\\&/g' -e 's/^[;#] \(.*\)/N_("\1")/p' $^ | sort -u >$@

$(BUILD)/vhod.pot: $(SPEAKING) $(BUILD)/gen/samples.c
	@mkdir -p $(@D)
	@xgettext --from-code=UTF-8 --no-wrap --add-comments=FOR --package-name=vhod -k -kN_ -ktranslated \
	    -kfaults_add:6 -kfaults_warn:6 -klog_error -klog_warning -klog_info -o $@ $^

po: deps-build $(BUILD)/vhod.pot ## bring the catalogues (cgi-bin/po) up to the texts of the code
	@for file in cgi-bin/po/*.po; do \
	    msgmerge --quiet --no-wrap --no-location --sort-output --no-fuzzy-matching --update --backup=none $$file $(BUILD)/vhod.pot && \
	    msgattrib --no-wrap --no-obsolete --output-file=$$file $$file && \
	    msgfmt --check --statistics -o /dev/null $$file || exit 1; done

$(BUILD)/bench/%: tests/bench/%.c $(FLAGS)
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) $(DEPS) $(LDFLAGS) -o $@ $< -lfcgi

$(BUILD)/bench/fold $(BUILD)/bench/search_bench: $(BUILD)/bench/%: tests/bench/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) $(DEPS) $(LDFLAGS) -o $@ $< $(LIBRARY) $(LIBS)

-include $(wildcard $(OBJECTS:.o=.d) $(BUILD)/cgi-bin/*.d $(BUILD)/unit/*.d $(BUILD)/bench/*.d $(BUILD)/fuzz/*.d)

# For editors: clangd and its like look into build/ by themselves.
compile_commands.json: $(BUILD)/compile_commands.json ## for editors, into build/
$(BUILD)/compile_commands.json: $(FLAGS) $(GEN) Makefile $(SOURCES) $(wildcard cgi-bin/*.c tests/unit/*.c)
	@{ echo '['; for file in $(filter %.c,$^); do \
	    printf '%s{"directory": "%s", "file": "%s", "command": "%s -c %s"}' "$$comma" '$(CURDIR)' "$$file" \
	        '$(subst ",\",$(CC) $(CFLAGS))' "$$file"; comma=$$(printf ',\nx'); comma=$${comma%x}; done; \
	    printf '\n]\n'; } >$@

# --- run ----------------------------------------------------------------------------------------------------------

run: deps-build deps-run ## publish data/ and serve on http://127.0.0.1:$(PORT) until Ctrl-C
	@$(AGAIN) programs
	@exec cgi-bin/ops/serve.sh --build $(BUILD) --port $(PORT) $(if $(METRICS),--metrics $(METRICS))

# --- tests --------------------------------------------------------------------------------------------------------

UNIT_SOURCES := $(wildcard tests/unit/test_*.c)
UNIT_TESTS   := $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/unit/%)

$(BUILD)/unit/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) $(DEPS) $(LDFLAGS) -o $@ $< $(LIBRARY) -lcmocka $(LIBS)

# The harnesses of tests/fuzz over what was found with them, without libFuzzer.
REPLAYS := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/unit/replay_%,$(wildcard tests/fuzz/fuzz_*.c))

$(BUILD)/unit/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CFLAGS) $(DEPS) $(LDFLAGS) -o $@ $< tests/fuzz/replay.c $(LIBRARY) $(LIBS)

check: deps-build deps-unit ## C unit tests only; those with PostgreSQL where it is installed
	@$(AGAIN) $(UNIT_TESTS) $(REPLAYS)
	@tests/unit/run.sh $(UNIT_TESTS) $(REPLAYS)

# What makes calls fail in the programs of tests/fault. It goes before the C library, so it is built without sanitizers.
INJECTOR := $(BUILD)/fault/inject.so

$(INJECTOR): tests/fault/inject.c
	@mkdir -p $(@D)
	$(call say,cc,$<)
	$(Q)$(CC) $(CSTD) -Wall -Wextra -O2 -g -fPIC -shared -fvisibility=hidden -o $@ $<

test: deps-build deps-run deps-unit deps-test ## every test; the last line is "N passed, N failed"
	@$(AGAIN) programs $(UNIT_TESTS) $(REPLAYS) $(INJECTOR)
	@tests/run.sh --build $(BUILD) $(UNIT_TESTS) $(REPLAYS)

clients: all deps-test ## what the public lists of crawlers and browsers say about data/clients.tsv
	@cd tests/web && npm ci --no-audit --no-fund --loglevel=error && VHOD_BUILD=$(abspath $(BUILD)) node clients.js

fault: deps-build deps-run deps-unit deps-test ## every fault in turn: 20 minutes; `make test` has a sample of them
	@$(AGAIN) programs $(INJECTOR)
	@VHOD_FAULT=full tests/run.sh --build $(BUILD) --injected

# Parts of it, of run.sh's names; make has a word of its own for that variable.
LINT :=

lint: deps-build ## what tools can hold: layout, floors, sizes, shell, cppcheck, clang-tidy
	@$(PACKAGES) $(PACKAGES_LINT)
	@$(AGAIN) $(GEN) $(BUILD)/gen/search/ordinary.h $(BUILD)/gen/address/confusable.h $(BUILD)/vhod.pot
	@tests/lint/run.sh --build $(BUILD) $(if $(LINT),--only '$(LINT)') $(CSTD) $(INCLUDE)

mutate: deps-build deps-run deps-unit deps-test ## small faults that the tests should see: prints what they do not
	@$(PACKAGES) python3
	@cd tests/web && npm ci --silent --no-audit --no-fund
	@python3 tests/mutate/run.py

# Programs that confine themselves could not write their counts, so these do not.
PACKAGES_COVERAGE := gcovr python3
coverage: deps-build deps-run deps-unit deps-test ## lines by room, by all tests together (build/coverage)
	@$(PACKAGES) $(PACKAGES_COVERAGE)
	@mkdir -p $(BUILD)/coverage
	@find $(BUILD)/coverage -name '*.gcda' -delete
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/coverage OPTIM='-O0 -g -DVHOD_UNCONFINED' SANITIZE=--coverage test || :
	@tests/coverage.py $(BUILD)/coverage

asan: ## the same suites under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan OPTIM='-O1 -g -fno-omit-frame-pointer' \
		SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' test

bench: deps-build deps-run deps-test ## ratios, side by side in one run
	@$(AGAIN) programs $(BUILD)/bench/hello $(BUILD)/bench/fold \
		$(BUILD)/bench/search_bench
	@tests/bench/run.sh --build $(BUILD)
	@tests/bench/stats_bench.sh --build $(BUILD)
	@tests/bench/fold.sh --build $(BUILD)
	@tests/bench/search.sh --build $(BUILD)

# Each harness of tests/fuzz for SECONDS, under clang's sanitizers, from its corpus on; what grows and what is found stays in
# build/clang/fuzz. A finding, made small (FUZZER -minimize_crash=1), goes into tests/fuzz/corpus/NAME, for `make check`.
SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

$(BUILD)/fuzz/%: tests/fuzz/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(DEPS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $< $(LIBRARY) $(LIBS)

fuzz-run: $(FUZZERS)
	@tests/fuzz/run.sh $(SECONDS) $^

fuzz: deps-build ## harnesses of tests/fuzz for SECONDS=60 each
	@$(PACKAGES) $(PACKAGES_FUZZ)
	@$(MAKE) --no-print-directory CC=clang WARN=-Wall BUILD=$(BUILD)/clang OPTIM='-O1 -g -fno-omit-frame-pointer' \
		SANITIZE='-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all' -j2 fuzz-run

screenshots: deps-build deps-run deps-test ## every page at three widths into build/screenshots
	@$(AGAIN) programs
	@cd tests/web && npm ci --silent --no-audit --no-fund && VHOD_BUILD='$(abspath $(BUILD))' node screenshots.js

deps-build:
	@$(PACKAGES) $(PACKAGES_BUILD)
deps-run:
	@$(PACKAGES) $(PACKAGES_RUN)
deps-unit:
	@$(PACKAGES) $(PACKAGES_UNIT)
deps-test:
	@$(PACKAGES) $(PACKAGES_TEST) $(PACKAGES_ENGINES)
	@mkdir -p $(BUILD)/tools && cgi-bin/ops/tool.sh prometheus /usr/bin/promtool $(BUILD)/tools/promtool

# --- the rest -----------------------------------------------------------------------------------------------------

install: all ## into $(DESTDIR)$(PREFIX)
	@cgi-bin/ops/install.sh --build $(BUILD) --prefix $(PREFIX) --destdir '$(DESTDIR)'

# Into build/deb, from a clean copy; lintian has to have nothing to say.
PACKAGES_DEB := debhelper lintian fakeroot
deb: deps-build ## the Debian packages, into build/deb
	@$(PACKAGES) $(PACKAGES_DEB)
	@cgi-bin/ops/deb.sh --build $(BUILD)

format: ## lay the C sources out by .clang-format
	clang-format -i $(wildcard cgi-bin/*.c cgi-bin/*/*.[ch] cgi-bin/*/*/*.[ch] tests/*/*.[ch])

clean: ## remove everything built
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z_.]*\):.*## /  make \1 — /p' $(MAKEFILE_LIST)
