#!/usr/bin/env bash
# What a cached article costs through the whole program, beside two yardsticks:
# a bare Echo handler and nginx that send the same ready-made bytes.
#
#   cmd/broadsheet/testdata/bench/cached.sh [ROUNDS] [SECONDS]
#
# Each server has core 0 to itself; wrk asks from core 1 with 32 connections.
# They take turns, forwards and backwards, so that what else the machine does
# falls on all alike. Needs Go, gcc, wrk, curl and, for its row, nginx. What
# counts is CPU a request: user and system time of the server's processes over
# a round, divided by the requests answered in it; medians of the rounds.
set -euo pipefail
cd "$(dirname "$0")/../../../.."
rounds=${1:-7} seconds=${2:-4}
# Reads of browsers are counted, which robots are spared.
browser="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

port() { # a port that is free now
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
await() { for _ in $(seq 200); do curl -sf -o /dev/null "$1" && return; sleep 0.05; done; echo "$1 does not answer" >&2; exit 1; }

go build -o "$work/broadsheet" ./cmd/broadsheet
go build -o "$work/bare" ./cmd/broadsheet/testdata/bench/bare
"$work/broadsheet" seed --data "$work/data" --articles 300 --comments 6000 --words 1200 >/dev/null

site=$(port)
taskset -c 0 "$work/broadsheet" serve --data "$work/data" --addr "127.0.0.1:$site" >"$work/log" 2>&1 &
pids+=($!)
await "http://127.0.0.1:$site/"
curl -s "http://127.0.0.1:$site/" >"$work/front.html"
path=$(awk -F'"' 'match($0, /href="\/20[^"#]*"/) { split(substr($0, RSTART), part, "\""); print part[2]; exit }' "$work/front.html")
curl -s -H 'Accept-Encoding: gzip' "http://127.0.0.1:$site$path" >"$work/page.html.gz"
gzip -dc "$work/page.html.gz" >"$work/page.html"
sleep 3 # until the answer has its Last-Modified

names=(broadsheet echo echo-headers echo-bounded) ports=("$site" "$(port)" "$(port)" "$(port)")
taskset -c 0 "$work/bare" -addr "127.0.0.1:${ports[1]}" -file "$work/page.html.gz" &
pids+=($!)
taskset -c 0 "$work/bare" -addr "127.0.0.1:${ports[2]}" -file "$work/page.html.gz" -like "http://127.0.0.1:$site$path" &
pids+=($!)
taskset -c 0 "$work/bare" -addr "127.0.0.1:${ports[3]}" -file "$work/page.html.gz" -like "http://127.0.0.1:$site$path" -bounded &
pids+=($!)
if command -v nginx >/dev/null; then
	names+=(nginx) ports+=("$(port)")
	mkdir -p "$work/www" && cp "$work/page.html" "$work/page.html.gz" "$work/www/"
	chmod 755 "$work" "$work/www"
	cat >"$work/nginx.conf" <<-CONF
		worker_processes 1; daemon off; pid $work/nginx.pid; error_log $work/nginx.log;
		events { worker_connections 256; }
		http {
			access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=100; types { text/html html; }
			client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
			server { listen 127.0.0.1:${ports[4]}; root $work/www; gzip_static on; location / { try_files /page.html =404; } }
		}
	CONF
	taskset -c 0 nginx -c "$work/nginx.conf" &
	pids+=($!)
fi
for i in "${!names[@]}"; do await "http://127.0.0.1:${ports[$i]}$path"; done

ticks() { # of a process and its children
	local total=0 pid
	for pid in "$1" $(pgrep -P "$1" || true); do
		total=$((total + $(awk '{sub(/.*\) /, ""); print $12 + $13}' "/proc/$pid/stat")))
	done
	echo "$total"
}
round() {
	local i=$1 before after out
	before=$(ticks "${pids[$i]}")
	out=$(taskset -c 1 wrk -t1 -c32 -d"${seconds}s" --latency -H 'Accept-Encoding: gzip' -H "User-Agent: $browser" "http://127.0.0.1:${ports[$i]}$path")
	after=$(ticks "${pids[$i]}")
	awk -v name="${names[$i]}" -v cpu=$((after - before)) -v hz="$(getconf CLK_TCK)" '
		function ms(t) { return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000 }
		$1 == "50%" { p50 = ms($2) } $1 == "99%" { p99 = ms($2) }
		$2 == "requests" { n = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx|Socket errors/ { print "faulty: " $0 > "/dev/stderr" }
		END { printf "%s %.3f %.0f %.3f %.3f\n", name, cpu / hz * 1e6 / n, rate, p50, p99 }' <<<"$out" >>"$work/results"
}
for i in "${!names[@]}"; do round "$i"; done # warm
: >"$work/results"
for r in $(seq "$rounds"); do
	order=("${!names[@]}")
	[ $((r % 2)) = 1 ] || order=($(printf '%s\n' "${order[@]}" | tac))
	for i in "${order[@]}"; do round "$i"; done
done

echo "$(wc -c <"$work/page.html") bytes of HTML, $(wc -c <"$work/page.html.gz") gzipped; $rounds rounds of ${seconds} s; CPU in µs a request, latency in ms"
awk '
	function median(list, n,   i, j, t) {
		for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j] + 0 < list[j-1] + 0; j--) { t = list[j]; list[j] = list[j-1]; list[j-1] = t }
		return n % 2 ? list[(n+1)/2] : (list[n/2] + list[n/2+1]) / 2
	}
	function pick(name, column,   i, list) { for (i = 1; i <= count[name]; i++) list[i] = value[name, column, i]; return median(list, count[name]) }
	{ if (!($1 in count)) order[++names] = $1; count[$1]++; for (c = 2; c <= 5; c++) value[$1, c, count[$1]] = $c }
	END {
		printf "%-14s %8s %12s %10s %8s %8s\n", "", "CPU µs", "x bare Echo", "req/s", "p50", "p99"
		base = pick("echo", 2)
		for (i = 1; i <= names; i++) { n = order[i]; printf "%-14s %8.2f %12.3f %10.0f %8.2f %8.2f\n", n, pick(n, 2), pick(n, 2) / base, pick(n, 3), pick(n, 4), pick(n, 5) }
		if ("nginx" in count) printf "share of nginx, by CPU: %.2f (bare Echo %.2f)\n", pick("nginx", 2) / pick("broadsheet", 2), pick("nginx", 2) / base
	}' "$work/results"
