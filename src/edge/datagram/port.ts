/** How datagrams travel between nodes: one socket a heartbeat network, bound to this node's address there. */

export type Datagram = {
	readonly bytes: Uint8Array;
	/** Position of the network in every node's `addresses`. */
	readonly network: number;
	/** Where it came from, for counting and display only: what a datagram says is believed because of its seal. */
	readonly from: string;
};

export type DatagramPort = {
	/** Sends at once; a datagram that cannot be sent is lost. */
	send: (network: number, address: string, bytes: Uint8Array) => void;
	close: () => void;
};
