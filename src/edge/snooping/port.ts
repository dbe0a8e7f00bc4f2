/**
What makes switches and bridges that snoop multicast keep sending every multicast frame to this node. The real one is in `advertiser.ts` over
`raw-socket.ts`.
*/

export type RouterAdvertiser = {
	/** Sends the first advertisement now, a few more soon, and then one every interval. Does nothing when it is running. */
	start: () => void;
	/** Sends a termination and no more. Does nothing when it is not running. */
	stop: () => void;
	/** Sends no more, and no termination either. */
	close: () => void;
};
