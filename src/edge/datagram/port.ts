/** How datagrams travel between nodes: one socket a heartbeat network, bound to this node's address there, and where multicast groups are used one for each. */

export type Datagram = {
	readonly bytes: Uint8Array;
	/** Position of the network in every node's `addresses`; undefined for one to a group that several networks share, of which `from` tells the network. */
	readonly network: number | undefined;
	/** Where it came from, for counting and display only: what a datagram says is believed because of its seal. */
	readonly from: string;
	/** Whether it was sent to a multicast group. */
	readonly isGroup: boolean;
};

export type DatagramPort = {
	/** Sends at once; a datagram that cannot be sent is lost. */
	send: (network: number, address: string, bytes: Uint8Array) => void;
	/** Sends to the multicast group of the network, or answers false where it has none. */
	sendToGroup: (network: number, bytes: Uint8Array) => boolean;
	close: () => void;
};
