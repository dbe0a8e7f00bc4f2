/**
The heartbeat sockets, which may be exchanged for others while the daemon runs. For a while the old ones are heard and spoken with too: peers change theirs
a little sooner or later. Sockets that need the same address and port cannot stand beside one another; those are closed before.
*/

import type {Farm, FarmNode} from '../../core/model/farm.js';
import type {Datagram, DatagramPort} from '../../edge/datagram/port.js';
import type {UdpOptions} from '../../edge/datagram/udp.js';
import type {Link} from '../../edge/link/port.js';
import type {Follower} from './machine.js';

/** How long the old sockets stay beside the new ones: many detection times of most farms. */
export const lingerMs = 5000;

export type SocketsParts = {
	readonly selfId: number;
	readonly link: Pick<Link, 'addresses'>;
	readonly open: (options: UdpOptions) => Promise<DatagramPort>;
	readonly onDatagram: (datagram: Datagram) => void;
	readonly refused: (reason: string) => void;
};

export type Sockets = DatagramPort & Follower;

/** Opens those that the farm wants. Rejects with a SystemFailure that names the address when one cannot be bound. */
export async function openSockets(farm: Farm, {selfId, link, open, onDatagram, refused}: SocketsParts): Promise<Sockets> {
	const openFor = async (wish: Wish): Promise<DatagramPort> => {
		const interfaces = new Map((await link.addresses()).map(({address, interface: name}) => [address, name]));
		return open({
			addresses: wish.addresses.map(address => ({address, interface: interfaces.get(address)})), groups: wish.groups, port: wish.port, onDatagram, refused,
		});
	};

	let wish = wishOf(farm, selfId);
	let current = await openFor(wish);
	let old: {readonly port: DatagramPort; readonly timer: NodeJS.Timeout} | undefined;
	const closeOld = (): void => {
		clearTimeout(old?.timer);
		old?.port.close();
		old = undefined;
	};

	const exchange = async (next: Wish): Promise<void> => {
		closeOld();
		const before = current;
		if (canStandBeside(wish, next)) {
			current = await openFor(next);
			old = {port: before, timer: setTimeout(closeOld, lingerMs)};
			return;
		}

		before.close();
		try {
			current = await openFor(next);
		} catch (error) {
			current = await openFor(wish);
			throw error;
		}
	};

	return {
		send(network, address, bytes) {
			current.send(network, address, bytes);
			old?.port.send(network, address, bytes);
		},
		sendToGroup(network, bytes) {
			old?.port.sendToGroup(network, bytes);
			return current.sendToGroup(network, bytes);
		},
		close() {
			closeOld();
			current.close();
		},
		async follow(standing) {
			const next = wishOf(standing.farm, selfId);
			if (JSON.stringify(next) === JSON.stringify(wish)) {
				return;
			}

			await exchange(next);
			wish = next;
		},
	};
}

type Wish = {readonly addresses: readonly string[]; readonly port: number; readonly groups: readonly string[]};

const wishOf = ({nodes, heartbeat}: {readonly nodes: readonly FarmNode[]; readonly heartbeat: Farm['heartbeat']}, selfId: number): Wish =>
	({addresses: nodes.find(({id}) => id === selfId)?.addresses ?? [], port: heartbeat.port, groups: heartbeat.multicast});

const canStandBeside = (a: Wish, b: Wish): boolean => a.port !== b.port || a.addresses.every(address => !b.addresses.includes(address));
