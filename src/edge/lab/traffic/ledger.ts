/** Keeps account of what each client sees, phase by phase. */

import type {ClientReport, PhaseName, PhaseReport, TrafficSample, Trouble} from '../../../core/lab/phases.js';

export type Failed = Exclude<Trouble['what'], 'broken'>;

type Account = {
	client: string;
	node: string | undefined;
	nodeBefore: string | undefined;
	answered: Record<string, number>;
	refused: number;
	reset: number;
	timedOut: number;
	broken: number;
	completed: number;
	longestWaitMs: number;
	isWaiting: boolean;
};

export class Ledger {
	#phase: PhaseName = 'steady';
	readonly #accounts: Map<string, Account>;
	readonly #answered: Record<string, number> = {};
	#failed = 0;
	#broken = 0;

	readonly #tell: (trouble: Trouble) => void;

	constructor(clients: readonly string[], tell: (trouble: Trouble) => void) {
		this.#tell = tell;
		this.#accounts = new Map(clients.map(client => [client, newAccount(client, undefined)]));
	}

	answered(client: string, node: string, waitMs: number): void {
		const account = this.#account(client);
		account.node = node;
		account.answered[node] = (account.answered[node] ?? 0) + 1;
		account.longestWaitMs = Math.max(account.longestWaitMs, waitMs);
		account.isWaiting = false;
		this.#answered[node] = (this.#answered[node] ?? 0) + 1;
	}

	waits(client: string): void {
		this.#account(client).isWaiting = true;
	}

	failed(client: string, {what, reason, waitMs}: {readonly what: Failed; readonly reason: string; readonly waitMs: number}): void {
		const account = this.#account(client);
		account[what]++;
		account.longestWaitMs = Math.max(account.longestWaitMs, waitMs);
		this.#failed++;
		this.#tell({phase: this.#phase, client, what, node: account.node, reason});
	}

	broken(client: string, {node, reason}: {readonly node: string; readonly reason: string}): void {
		this.#account(client).broken++;
		this.#broken++;
		this.#tell({phase: this.#phase, client, what: 'broken', node, reason});
	}

	completed(client: string): void {
		this.#account(client).completed++;
	}

	/** Ends the phase and begins the next one; returns what the clients saw in the one that ended. */
	turn(next: PhaseName): PhaseReport {
		const report = {phase: this.#phase, clients: [...this.#accounts.values()].map(account => reportOf(account))};
		this.#phase = next;
		for (const [client, {node}] of this.#accounts) {
			this.#accounts.set(client, newAccount(client, node));
		}

		return report;
	}

	sample(latenessMs: number): TrafficSample {
		const clientsOf: Record<string, number> = {};
		let waiting = 0;
		for (const {node, isWaiting} of this.#accounts.values()) {
			waiting += isWaiting ? 1 : 0;
			if (node !== undefined) {
				clientsOf[node] = (clientsOf[node] ?? 0) + 1;
			}
		}

		return {phase: this.#phase, answered: {...this.#answered}, clientsOf, waiting, failed: this.#failed, broken: this.#broken, latenessMs};
	}

	#account(client: string): Account {
		return this.#accounts.get(client)!;
	}
}

const newAccount = (client: string, node: string | undefined): Account => ({
	client, node, nodeBefore: node, answered: {}, refused: 0, reset: 0, timedOut: 0, broken: 0, completed: 0, longestWaitMs: 0, isWaiting: false,
});

const reportOf = ({client, nodeBefore, answered, refused, reset, timedOut, broken, completed, longestWaitMs}: Account): ClientReport => ({
	client, nodeBefore, answered, refused, reset, timedOut, broken, completed, longestWaitMs: Math.round(longestWaitMs),
});
