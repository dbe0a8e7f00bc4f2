/** Asking addresses for an echo (ICMP, ICMPv6) again and again. The real one is in `pinger.ts`, one for tests in `fake.ts`. */

export type PingerOptions = {
	/** Canonical text, IPv4 and IPv6 mixed. */
	readonly addresses: readonly string[];
	/** Asked anew each round: a ping leaves for each address every `intervalMs`, and counts as lost in the first round that begins `timeoutMs` after it. */
	readonly pace: () => {readonly intervalMs: number; readonly timeoutMs: number};
	/** What became of a ping: for how long it has been gone when its answer is seen, up to an interval after it came, or undefined when there was none. */
	readonly told: (address: string, agoMs: number | undefined) => void;
	/** The system does not send, and why; told the first time for each address and reason. Such a ping is lost as well. */
	readonly refused: (address: string, reason: string) => void;
};

export type Pinger = {
	/** No ping leaves any more and nothing is told. */
	close: () => void;
};

/** Rejects with a SystemFailure when this machine cannot ping at all. */
export type OpenPinger = (options: PingerOptions) => Promise<Pinger>;
