#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A picture of the Spend pane on the demo store, 120x36, as a real xterm draws it.
set -eu

out=$1
dir=$(mktemp -d)
term= xvfb=
trap 'kill $term $xvfb 2>/dev/null || true; sleep 1; rm -rf "$dir"' EXIT
export LC_ALL=C.UTF-8 XDG_STATE_HOME="$dir/state" DISPLAY=:97 TZ=UTC
./llmlab demo --no-ui --store "$dir/demo"
Xvfb :97 -screen 0 1200x800x24 >/dev/null 2>&1 &
xvfb=$!
sleep 1
xterm -fa 'DejaVu Sans Mono' -fs 10 -geometry 120x36+0+0 -bg '#101418' -fg '#d8dee9' -name spend -title spend \
	-e ./llmlab --store "$dir/demo" 2>/dev/null &
term=$!
sleep 3
import -window spend -strip "$dir/spend.png" 2>/dev/null || import -window root -strip "$dir/spend.png"
mkdir -p "$(dirname "$out")"
convert "$dir/spend.png" -trim -colors 64 "$out"
