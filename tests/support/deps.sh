#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of the packages named as package:pkg-config name:what for.
# One line says what and why; nothing is done when nothing is missing.
set -eu

missing= why=
add() { missing="$missing $1"; why="$why${why:+, }$1 ($2)"; }

command -v gcc >/dev/null 2>&1 || add gcc compiler
[ -e /usr/include/stdio.h ] || add libc6-dev "C library headers"
command -v pkg-config >/dev/null 2>&1 || add pkg-config "finds the libraries"
[ -e /usr/share/zoneinfo/UTC ] || add tzdata "time zones"
for lib in "$@"; do
	package=${lib%%:*}
	rest=${lib#*:}
	name=${rest%%:*}
	what=${rest#*:}
	pkg-config --exists "$name" 2>/dev/null || add "$package" "$what"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null 2>&1; then
	as_root=sudo
else
	echo "missing: $why. Neither root nor sudo: ask an administrator to run" >&2
	echo "  apt-get install$missing" >&2
	exit 1
fi
if ! command -v apt-get >/dev/null 2>&1; then
	echo "missing: $why. There is no apt-get here: install what matches these Debian packages" >&2
	exit 1
fi
echo "installing what LLMLab is built with: $why"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
	# shellcheck disable=SC2086
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1
}
install || { $as_root apt-get update -q >>"$log" 2>&1 && install; } || { cat "$log" >&2; exit 1; }
