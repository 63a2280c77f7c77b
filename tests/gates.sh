#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The gates: small greps, each with the sentence that a person who trips it needs.
set -u

cc=$1
cppflags=$2
failed=0
fail() { echo "gate: $*" >&2; failed=1; }

sources() { git ls-files --cached --others --exclude-standard "$@"; }
code=$(sources '*.c' '*.h')
product=$(echo "$code" | grep -Ev '^(tests|bench)/')

# --- layers: a folder includes itself and the folders it is built on ---------------------
may_include() {
	case $1 in
	base) echo base ;;
	model | keys | themes) echo "$1 base" ;;
	tui) echo tui themes base ;;
	store) echo store model keys base ;;
	ingest) echo ingest store model keys base ;;
	views) echo views tui themes store model base ;;
	app) echo app views tui themes ingest store model keys base ;;
	tests) echo tests app views tui themes ingest store model keys base ;;
	bench) echo bench ingest store model keys base ;;
	*) echo "$1" ;;
	esac
}
for f in $code; do
	folder=${f%%/*}
	for target in $(sed -n 's/^#include "\([a-z_]*\)\/.*/\1/p' "$f" | sort -u); do
		case " $(may_include "$folder") " in
		*" $target "*) ;;
		*) fail "$f includes $target/: $folder stands below or beside it (ARCHITECTURE.md, Folders)" ;;
		esac
	done
done

# --- headers compile alone ----------------------------------------------------------------
for f in $(echo "$code" | grep '\.h$'); do
	printf '#include "%s"\n' "$f" | eval "$cc $cppflags -std=c17 -Wall -Wextra -Werror -fsyntax-only -x c -" ||
		fail "$f does not compile alone: include or declare what it uses"
done

# --- words that have no place ---------------------------------------------------------------
ban() { # pattern, files, sentence; lines that are only comment do not count
	hits=$(echo "$2" | xargs grep -nE "$1" /dev/null | grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/\*|\*)')
	[ -z "$hits" ] || fail "$3
$hits"
}
ban '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|alloca|system|popen|tmpnam|mktemp)\(' "$product" \
	'banned function: use base/str.h, base/buf.h, snprintf'
ban '\b(gmtime|localtime|mktime|strftime|gmtime_r|localtime_r|tzset|setenv|putenv)\(' "$product" \
	'time zones go through model/zone.h, the environment is read only'
ban '\b(rand|srand|random)\(' "$product" 'no hidden randomness: pass a seed'
ban '\b(malloc|calloc|realloc|free|strdup|strndup)\(' "$(echo "$product" | grep -v '^base/mem\.c')" \
	'memory goes through base/mem.h'
ban '\bassert\(' "$product" 'use PRE() for our invariants, errors for bytes from outside'
ban '\.nanos\b' "$(echo "$product" | grep -Ev '^(model|base)/')" 'money is touched in model/ only: use model/usd.h'
ban '\b(float|double)\b' "$(echo "$product" | grep -Ev '^base/(json|limits)')" \
	'no floating point: money and tokens are integers'
ban 'sqlite3_|"(SELECT|INSERT|UPDATE|DELETE|PRAGMA) ' "$(echo "$product" | grep -v '^store/')" 'SQL lives in store/ only'
ban 'sodium' "$(echo "$product" | grep '\.[ch]$' | grep -Ev '^(keys|app)/')" 'libsodium is used in keys/ only'
ban '\b(waddstr|mvw|wattr|setcchar|doupdate|newterm|initscr|wrefresh)[a-z_]*\(' "$(echo "$product" | grep -v '^tui/term')" \
	'curses is used in tui/term*.c only'
ban '\b(printf|puts|putchar|perror)\(|fprintf\(std' "$(echo "$product" | grep -Ev '^(app/|base/(err|mem)\.c)')" 'libraries never print'
ban '\b(TODO|FIXME|XXX|HACK)\b' "$code" 'finish it, or say it in an issue'
ban 'typedef struct' "$product" 'structs are named by struct'
ban '(/home/|/root/|/work/|/Users/)' "$product" 'no path of somebody'"'"'s machine'

# --- each file says its licence and its purpose ----------------------------------------------
for f in $code; do
	head -n 1 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || fail "$f has no SPDX line"
done

[ "$failed" = 0 ] && echo "gates: layers, headers, functions, money, SQL, printing, licence: ok"
exit "$failed"
