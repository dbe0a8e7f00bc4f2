#!/bin/sh
# Installs what `npm run demo`, `npm test` and `npm run bench` need: packages, build, and the system's programs when root.
# usage: prepare.sh demo|test|bench|applications
set -eu
cd "$(dirname "$0")/../.."

if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	npm ci --no-fund --no-audit --loglevel=error
	touch node_modules/.package-lock.json
fi

npm run --silent build

# What is installed only to be compared with is not to run as a service: see invoke-rc.d(8). A machine with a policy of its own keeps it.
forbid_services() {
	policy=/usr/sbin/policy-rc.d
	[ ! -e "$policy" ] || return 0
	trap 'rm -f "$policy"' EXIT
	trap 'exit 130' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
}

# program:Debian package
needs='ip:iproute2 unshare:util-linux'
[ "$1" = demo ] || needs="$needs nft:nftables iptables:iptables ipset:ipset curl:curl sysctl:procps tcpdump:tcpdump tmux:tmux conntrack:conntrack groff:groff man:man-db"
[ "$1" != bench ] || needs="$needs keepalived:keepalived haproxy:haproxy"
[ "$1" != applications ] || needs="$needs nginx:nginx-light openssl:openssl"
missing=''
for need in $needs; do
	# The system's folders alone: a package of the same name as a program may stand before it in the path of npm's scripts.
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin command -v "${need%%:*}" >/dev/null || missing="$missing ${need##*:}"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing:$missing" >&2
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq >&2
	case $missing in *keepalived*|*haproxy*|*nginx*) forbid_services ;; esac
	# shellcheck disable=SC2086
	apt-get install -y -qq --no-install-recommends $missing >/dev/null
	# Nor at the next start of the machine.
	for service in keepalived haproxy nginx; do
		case $missing in *$service*) update-rc.d $service disable >/dev/null ;; esac
	done
else
	echo "farmctl: missing programs; as root run: apt-get install$missing" >&2
	exit 4
fi
