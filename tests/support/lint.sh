#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-tidy and cppcheck over the sources, each where it is installed.
set -eu

flags=$1
failed=0
sources=$(git ls-files '*.c' | grep -v '^tests/fuzz/')
tidy=$(command -v clang-tidy || command -v clang-tidy-14 || true)
if [ -n "$tidy" ]; then
	# One file a run: several at once share state in the analyzer and give false findings.
	for f in $sources; do
		eval "$tidy --quiet $f -- -std=c17 $flags" 2>/dev/null || failed=1
	done
else
	echo "clang-tidy is not installed: skipped"
fi
if command -v cppcheck >/dev/null 2>&1; then
	# shellcheck disable=SC2086
	cppcheck --std=c11 --enable=warning,portability,performance --inline-suppr --quiet --error-exitcode=1 \
		--suppress=missingIncludeSystem -I. -D_GNU_SOURCE -DLLMLAB_VERSION='"lint"' $sources
else
	echo "cppcheck is not installed: skipped"
fi
exit "$failed"
