/** What a line about refused datagrams says: how many, from where, why, and what to do about it. */

export type Rejection = {
	/** A word of the seal, of the decoder, or of whoever refused it. */
	readonly reason: string;
	/** Since the line before this one about the same reason, this one included. */
	readonly count: number;
	/** Where the last of them came from, as its datagram says. */
	readonly from: string;
	/** The key that it claims to be sealed with, where that is why. */
	readonly keyId?: string | undefined;
	readonly keyFile: string;
	readonly port: number;
};

/** One sentence without a full stop, and after a semicolon what to look at. */
export function rejectionText({reason, count, from, ...place}: Rejection): string {
	const what = count === 1 ? `a datagram from ${from} was refused` : `${count} datagrams were refused, the last from ${from}`;
	return `${what}: ${explanations[reason]?.(place) ?? reason}`;
}

type Explain = (about: Pick<Rejection, 'keyFile' | 'port' | 'keyId'>) => string;

const otherProgram: Explain = ({port}) => `something else sends to UDP port ${port}; see who does: tcpdump -n udp port ${port}`;
const otherVersion: Explain = () => 'it is of another version of farmctl; compare on both nodes: farmctl --version';

const explanations: Readonly<Record<string, Explain>> = {
	truncated: place => `too short for a heartbeat: ${otherProgram(place)}`,
	foreign: place => `not of this farm: another farm, or ${otherProgram(place)}`,
	version: otherVersion,
	channel: otherVersion,
	format: otherVersion,
	short: otherVersion,
	key: ({keyFile, keyId}) => `sealed with ${keyId === undefined ? 'a key' : `key ${keyId}`}, which is not in ${keyFile}; compare on both nodes: sha256sum ${keyFile}`,
	forged: () => 'changed on its way, or forged by someone without the key; if it goes on, look for who sends it: the nodes of the farm do not',
	replay: () => 'an old one sent again; after a restart of its node that passes, if it goes on someone has recorded it',
	probe: otherVersion,
	letter: otherVersion,
	'astray letter': () => 'a letter for another node came here: another node was started with the addresses of this one, or something sends datagrams on; compare: farmctl config show',
	astray: () => 'it came by another network than it was sent by: the addresses of the nodes must be in the same order on every node, and each network apart; compare: farmctl config show',
	malformed: () => 'sealed with the farm key, but it says what cannot be; compare on both nodes: farmctl --version',
	'borrowed header': () => 'sealed with the farm key, but under another node\'s name',
	'own id': () => 'it carries the id of this node: another node was started as this one, or the network sends back what this node sends; see how the sender is started: --node NAME',
	'unconfigured sender': () => 'its node is not in this configuration; compare on both nodes: farmctl config show',
};
