# bash completion for farmctl; generated from its verbs
_farmctl_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_farmctl_files() {
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	compopt -o filenames 2>/dev/null
}

# Of each line the first name; whatever has other characters is none, for bash would look for commands in it.
_farmctl_names() {
	_farmctl_words "$(sed -n 's/^[^"]*"name":"\([A-Za-z0-9._-]*\)".*/\1/p')"
}

_farmctl_checks() {
	_farmctl_names < <(farmctl checkers list --json 2>/dev/null | sed 's/.*"checks":\[//; s/{"name"/\n&/g')
}

_farmctl_nodes() {
	_farmctl_names < <(farmctl node list --json 2>/dev/null)
}

_farmctl() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb='' isvalue='' word
	COMPREPLY=()
	# bash makes three words of --flag=value
	if [[ $cur == '=' ]]; then
		cur=''
	elif [[ $prev == '=' ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	case $prev in
		--alive) return ;;
		--application) return ;;
		--backend) _farmctl_words 'nft iptables'; return ;;
		--clients) return ;;
		--config|-c) _farmctl_files; return ;;
		--confirm) return ;;
		--cut) return ;;
		--delay) return ;;
		--detection) return ;;
		--differ) return ;;
		--drain) return ;;
		--drift) return ;;
		--duplicate) return ;;
		--duration) return ;;
		--for) return ;;
		--group) return ;;
		--hinder) return ;;
		--jitter) return ;;
		--keep-at-least) return ;;
		--kill) return ;;
		--kill-app) return ;;
		--kill-daemon) return ;;
		--log-format) _farmctl_words 'auto human json'; return ;;
		--log-level) _farmctl_words 'debug info warning error'; return ;;
		--loss) return ;;
		--max-disruption) return ;;
		--mode) _farmctl_words 'unicast multicast'; return ;;
		--name) return ;;
		--network) return ;;
		--networks) return ;;
		--node) return ;;
		--nodes) return ;;
		--one-way) return ;;
		--output|-o) _farmctl_files; return ;;
		--partition) return ;;
		--pause) return ;;
		--percent) return ;;
		--quorum) _farmctl_words 'none majority'; return ;;
		--reboot) return ;;
		--reset) return ;;
		--restart) return ;;
		--run-dir) _farmctl_files; return ;;
		--script) _farmctl_files; return ;;
		--seconds) return ;;
		--seed) return ;;
		--seeds) return ;;
		--since) return ;;
		--slots) return ;;
		--start) return ;;
		--state-dir) _farmctl_files; return ;;
		--stop) return ;;
		--timeout) return ;;
		--unwell) return ;;
		--weight) return ;;
		--well) return ;;
	esac
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
			--alive|--application|--backend|--clients|--config|-c|--confirm|--cut|--delay|--detection|--differ|--drain|--drift|--duplicate|--duration|--for|--group|--hinder|--jitter|--keep-at-least|--kill|--kill-app|--kill-daemon|--log-format|--log-level|--loss|--max-disruption|--mode|--name|--network|--networks|--node|--nodes|--one-way|--output|-o|--partition|--pause|--percent|--quorum|--reboot|--reset|--restart|--run-dir|--script|--seconds|--seed|--seeds|--since|--slots|--start|--state-dir|--stop|--timeout|--unwell|--weight|--well) isvalue=1 ;;
			=) isvalue=1 ;;
			-*) isvalue='' ;;
			*) [[ $isvalue ]] || verb="${verb:+$verb }$word"; isvalue='' ;;
		esac
	done
	case $verb in
		''|help) _farmctl_words 'apply checkers config events explain genkey lab node plan rules run simulate status top vip help --help --version' ;;
		'checkers') _farmctl_words 'disable enable list run' ;;
		'config') _farmctl_words 'check confirm history init rollback schema show' ;;
		'lab') _farmctl_words 'demo down exec fault start status stop up' ;;
		'node') _farmctl_words 'drain list restart start stop weight' ;;
		'rules') _farmctl_words 'install remove restore save show' ;;
		'vip') _farmctl_words 'down show up' ;;
		'apply'|'apply '*) if [[ $cur == -* ]]; then _farmctl_words '--config --confirm --json --local --max-disruption --node --run-dir --yes --help'; else _farmctl_files; fi ;;
		'checkers disable'|'checkers disable '*) if [[ $cur == -* ]]; then _farmctl_words '--all --config --every --json --node --run-dir --help'; else _farmctl_checks; fi ;;
		'checkers enable'|'checkers enable '*) if [[ $cur == -* ]]; then _farmctl_words '--all --config --every --json --node --run-dir --help'; else _farmctl_checks; fi ;;
		'checkers list'|'checkers list '*) _farmctl_words '--config --json --node --run-dir --schema --help' ;;
		'checkers run'|'checkers run '*) if [[ $cur == -* ]]; then _farmctl_words '--config --json --node --once --run-dir --schema --help'; else _farmctl_checks; fi ;;
		'config check'|'config check '*) if [[ $cur == -* ]]; then _farmctl_words '--config --json --node --run-dir --skip-key --help'; else _farmctl_files; fi ;;
		'config confirm'|'config confirm '*) _farmctl_words '--config --json --node --run-dir --help' ;;
		'config history'|'config history '*) _farmctl_words '--config --json --node --run-dir --help' ;;
		'config init'|'config init '*) _farmctl_words '--config --force --node --run-dir --stdout --help' ;;
		'config rollback'|'config rollback '*) _farmctl_words '--config --confirm --json --node --run-dir --yes --help' ;;
		'config schema'|'config schema '*) _farmctl_words '--config --node --run-dir --help' ;;
		'config show'|'config show '*) _farmctl_words '--config --json --node --run-dir --help' ;;
		'events'|'events '*) _farmctl_words '--all --config --follow --json --node --run-dir --since --state-dir --help' ;;
		'explain'|'explain '*) _farmctl_words '--alive --clients --config --json --node --offline --run-dir --schema --help' ;;
		'genkey'|'genkey '*) _farmctl_words '--config --force --node --output --run-dir --help' ;;
		'lab demo'|'lab demo '*) _farmctl_words '--backend --detection --json --keep --mode --name --networks --nodes --seconds --help' ;;
		'lab down'|'lab down '*) _farmctl_words '--name --help' ;;
		'lab exec'|'lab exec '*) if [[ $cur == -* ]]; then _farmctl_words '--name --help'; else _farmctl_files; fi ;;
		'lab fault'|'lab fault '*) if [[ $cur == -* ]]; then _farmctl_words '--for --name --network --percent --help'; else _farmctl_words 'kill-node kill-daemon freeze-daemon kill-server freeze-server cut-link cut-uplink mute deaf cut-heartbeats heal'; fi ;;
		'lab start'|'lab start '*) _farmctl_words '--name --help' ;;
		'lab status'|'lab status '*) _farmctl_words '--json --name --help' ;;
		'lab stop'|'lab stop '*) _farmctl_words '--name --help' ;;
		'lab up'|'lab up '*) _farmctl_words '--application --backend --detection --mode --name --networks --nodes --service --help' ;;
		'node drain'|'node drain '*) if [[ $cur == -* ]]; then _farmctl_words '--all --config --force --json --node --run-dir --timeout --wait --help'; else _farmctl_nodes; fi ;;
		'node list'|'node list '*) _farmctl_words '--config --json --node --run-dir --help' ;;
		'node restart'|'node restart '*) if [[ $cur == -* ]]; then _farmctl_words '--all --config --force --json --node --now --run-dir --timeout --help'; else _farmctl_nodes; fi ;;
		'node start'|'node start '*) if [[ $cur == -* ]]; then _farmctl_words '--all --config --json --node --run-dir --timeout --help'; else _farmctl_nodes; fi ;;
		'node stop'|'node stop '*) if [[ $cur == -* ]]; then _farmctl_words '--all --config --force --json --node --now --run-dir --timeout --help'; else _farmctl_nodes; fi ;;
		'node weight'|'node weight '*) if [[ $cur == -* ]]; then _farmctl_words '--all --config --force --group --json --node --run-dir --help'; else _farmctl_nodes; fi ;;
		'plan'|'plan '*) if [[ $cur == -* ]]; then _farmctl_words '--config --json --node --run-dir --help'; else _farmctl_files; fi ;;
		'rules install'|'rules install '*) _farmctl_words '--alive --backend --config --dry-run --node --run-dir --slots --help' ;;
		'rules remove'|'rules remove '*) _farmctl_words '--backend --config --node --run-dir --help' ;;
		'rules restore'|'rules restore '*) if [[ $cur == -* ]]; then _farmctl_words '--config --node --run-dir --help'; else _farmctl_files; fi ;;
		'rules save'|'rules save '*) _farmctl_words '--backend --config --node --run-dir --help' ;;
		'rules show'|'rules show '*) _farmctl_words '--backend --config --json --node --run-dir --help' ;;
		'run'|'run '*) _farmctl_words '--config --log-format --log-level --node --run-dir --state-dir --help' ;;
		'simulate'|'simulate '*) _farmctl_words '--config --cut --delay --detection --differ --drain --drift --duplicate --duration --hinder --jitter --json --keep-at-least --kill --kill-app --kill-daemon --loss --node --nodes --one-way --partition --pause --quiet --quorum --reboot --reset --restart --run-dir --script --seed --seeds --start --stop --storm --unwell --weight --well --help' ;;
		'status'|'status '*) _farmctl_words '--config --json --node --run-dir --schema --help' ;;
		'top'|'top '*) _farmctl_words '--config --node --run-dir --help' ;;
		'vip down'|'vip down '*) _farmctl_words '--config --dry-run --node --run-dir --help' ;;
		'vip show'|'vip show '*) _farmctl_words '--config --json --node --run-dir --help' ;;
		'vip up'|'vip up '*) _farmctl_words '--config --dry-run --node --run-dir --help' ;;
	esac
}
complete -F _farmctl farmctl
