/** The rules of those that farmctl is compared with, for one node of several. */

export type Share = {readonly vip: string; readonly port: number; /** From 0. */ readonly index: number; readonly count: number};

const seed = 0x5E_ED;

const iptables = '/usr/sbin/iptables-legacy';

/** `xt_cluster` as iptables-extensions(8) has it, in lines for the shell. It takes frames to a multicast MAC for the host by itself. */
export const clusterRules = ({vip, index, count}: Share): string[] => [
	'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose',
	`${iptables} -t mangle -A PREROUTING -i eth0 -d ${vip} -m cluster --cluster-total-nodes ${count} --cluster-local-node ${index + 1} --cluster-hash-seed ${seed} -j MARK --set-mark 0xffff`,
	`${iptables} -t mangle -A PREROUTING -i eth0 -d ${vip} -m mark ! --mark 0xffff -j DROP`,
];

/** A hash modulo the nodes behind conntrack, as Pacemaker's clone of an address distributes: text for nft. */
export const moduloRules = ({vip, port, index, count}: Share): string => `table inet rival {
	chain it {
		type filter hook prerouting priority mangle;
		ct state invalid drop
		ip daddr ${vip} tcp dport ${port} jhash ip saddr mod ${count} seed ${seed} != ${index} drop
	}
}`;
