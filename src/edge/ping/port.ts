/** Asking addresses for an echo (ICMP, ICMPv6) again and again. The real one is in `pinger.ts`, one for tests in `fake.ts`. */

export type PingOutcome = {
	readonly address: string;
	/** When it left or a little earlier, on the monotonic clock in milliseconds; the same for all pings of a round. */
	readonly sentAt: number;
	readonly isAnswered: boolean;
};

export type PingerOptions = {
	/** Canonical text, IPv4 and IPv6 mixed. */
	readonly addresses: readonly string[];
	/** Asked anew each round: a ping leaves for each address every `intervalMs`, and counts as lost in the first round that begins `timeoutMs` after it. */
	readonly pace: () => {readonly intervalMs: number; readonly timeoutMs: number};
	/** What became of a ping. Of those that are known at one time the answered ones come first. */
	readonly told: (outcome: PingOutcome) => void;
	/** The system does not send, and why; told the first time for each address and reason. Such a ping is lost as well. */
	readonly refused: (address: string, reason: string) => void;
};

export type Pinger = {
	/** No ping leaves any more and nothing is told. */
	close: () => void;
};

/** Rejects with a SystemFailure when this machine cannot ping at all. */
export type OpenPinger = (options: PingerOptions) => Promise<Pinger>;
