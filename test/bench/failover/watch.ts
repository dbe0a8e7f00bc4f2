/**
What one client sees of a service that it asks again and again.

An outage is the time from the sending of the first request that was never answered to the sending of the next one that was. So it is right to one
interval between requests, on average neither too long nor too short, and a client or server that stalls without losing anything is no outage.
*/

export type Sight = {
	readonly client: string;
	/** Who answered last before the look began, and who answered last. */
	readonly nodeBefore: string | undefined;
	readonly node: string | undefined;
	readonly lost: number;
	readonly outageMs: number;
	/** Since when it has been without an answer now; 0 when nothing is open. */
	readonly waitingMs: number;
	/** Answers that a later one has overtaken: their requests count as lost. */
	readonly overtaken: number;
};

type Request = {readonly sequence: number; readonly sentMs: number};

export class Watch {
	readonly #client: string;
	#open: Request[] = [];
	#node: string | undefined;
	#nodeBefore: string | undefined;
	#lost = 0;
	#outageMs = 0;
	#overtaken = 0;

	constructor(client: string) {
		this.#client = client;
	}

	sent(sequence: number, nowMs: number): void {
		this.#open.push({sequence, sentMs: nowMs});
	}

	answered(sequence: number, node: string): void {
		const index = this.#open.findIndex(request => request.sequence === sequence);
		if (index === -1) {
			this.#overtaken++;
			return;
		}

		if (index > 0) {
			this.#lost += index;
			this.#outageMs = Math.max(this.#outageMs, this.#open[index]!.sentMs - this.#open[0]!.sentMs);
		}

		this.#open = this.#open.slice(index + 1);
		this.#node = node;
	}

	/** What is seen from now on counts anew; what is open stays open. */
	begin(): void {
		this.#nodeBefore = this.#node;
		this.#lost = 0;
		this.#outageMs = 0;
		this.#overtaken = 0;
	}

	look(nowMs: number): Sight {
		return {
			client: this.#client,
			nodeBefore: this.#nodeBefore,
			node: this.#node,
			lost: this.#lost,
			outageMs: this.#outageMs,
			waitingMs: this.#open.length === 0 ? 0 : nowMs - this.#open[0]!.sentMs,
			overtaken: this.#overtaken,
		};
	}
}
