/** Makes one fault of an application under traffic, and waits until the farm has come to terms with it. */

import {setTimeout as sleep} from 'node:timers/promises';
import {listenTo} from '../../kernel/support/told.js';
import type {ComeAnswer, ComeFailure, ComeLook} from '../traffic/come.js';
import type {KeepLook} from '../traffic/keep.js';
import {errors} from '../traffic/sockets.js';
import {lastWords, type ApplicationFarm} from './farm.js';
import {outcomeOf, type Outcome, type Seen} from './outcome.js';

/** Traffic before the fault shows whose client each is. */
const beforeMs = 1200;
const pollMs = 100;
/** A cause that lasts shows what a farm is like meanwhile. */
const holdMs = 2000;
/** What was begun before the end is over after so long. */
const afterMs = 1500;
const deadlineMs = 60_000;

export type ApplicationFault = {
	readonly name: string;
	/** The nodes that it happens to. */
	readonly victims: readonly string[];
	/** `asked`: by an operator, so nothing may fail. `sudden`: what the application serves breaks. `outside`: it serves on, and nothing may fail. */
	readonly nature: 'asked' | 'sudden' | 'outside';
	/** Resolves to what makes it, at once and without a further question. */
	readonly arm: (farm: ApplicationFarm) => Promise<() => unknown>;
	/** Takes its cause away, where the farm cannot. */
	readonly heal?: (farm: ApplicationFarm) => Promise<unknown>;
	/** Whether others take the share over: not when it happens to all. */
	readonly isMoved: boolean;
	/** Until it is so the cause is not taken away. */
	readonly endure?: (farm: ApplicationFarm) => Promise<boolean>;
	/** Whether there is no farm for a while: then only what a node refuses counts. */
	readonly isFarmAway?: true;
};

export type FaultResult = Outcome & {
	readonly name: string;
	readonly nature: ApplicationFault['nature'];
	/** What the nodes said, with times since the fault. */
	readonly said: readonly string[];
	/** How late the traffic was at worst. */
	readonly latenessMs: number;
};

/** The farm must be whole, and is again when this resolves. */
export async function playFault(farm: ApplicationFarm, fault: ApplicationFault): Promise<FaultResult> {
	await farm.look();
	const listening = listenTo(farm.lab.inside);
	const seen = createSeen(farm, () => listening());
	await sleep(beforeMs);
	const make = await fault.arm(farm);
	const madeAtMs = performance.timeOrigin + performance.now();
	await make();
	const now = async (healedAtMs?: number): Promise<Outcome> => {
		const all = await seen.look();
		const failed = fault.isFarmAway ? all.failed.filter(({what}) => !['unreachable', 'silent'].includes(what)) : all.failed;
		// That an application which is being started does not answer yet is nothing to notice.
		const told = fault.nature === 'asked' ? [] : all.told;
		return outcomeOf({...all, failed, told}, {madeAtMs, healedAtMs}, new Set(fault.victims), isNotice);
	};

	const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
		for (const end = performance.now() + deadlineMs; !await isSo();) {
			if (performance.now() > end) {
				throw new Error(`${fault.name}: ${what} not within ${deadlineMs / 1000} s\n${lastWords(farm)}`);
			}

			await sleep(pollMs);
		}
	};

	if (fault.isMoved || fault.nature !== 'asked') {
		await until('noticed or moved', async () => (await now())[fault.isMoved ? 'movedMs' : 'noticedMs'] !== undefined);
	}

	await until('come to terms with', async () => await fault.endure?.(farm) ?? true);
	await sleep(fault.nature === 'outside' ? holdMs : 0);
	const healedAtMs = fault.heal === undefined ? undefined : performance.timeOrigin + performance.now();
	await fault.heal?.(farm);
	await until('back', async () => !fault.isMoved || (await now()).returnedMs !== undefined);
	await farm.lab.settled();
	await sleep(afterMs);
	const outcome = await now(healedAtMs);
	return {
		...outcome, name: fault.name, nature: fault.nature, latenessMs: seen.latenessMs(),
		said: listening().map(({node, at, level, event, message}) => `+${Math.round(Date.parse(at) - madeAtMs)} ms ${node} ${level} ${event}: ${message}`),
	};
}

const notices: ReadonlySet<string> = new Set(['check-down', 'service-failed', 'recovery', 'held']);

/** Whether the event says that something is wrong with the application. */
const isNotice = (event: string): boolean => notices.has(event);

/** Of a connection that was to stay, and did not come to be used. */
const whatOf = (reason: string): ComeFailure['what'] => {
	if (reason.includes(`errno ${-errors.refused}`)) {
		return 'refused';
	}

	return reason.includes(`errno ${-errors.reset}`) || reason.includes('closed') ? 'reset' : 'unreachable';
};

/** Adds up what the traffic saw. */
function createSeen(farm: ApplicationFarm, told: () => Seen['told']): {look: () => Promise<Seen>; latenessMs: () => number} {
	const answers: ComeAnswer[] = [];
	const failed: ComeFailure[] = [];
	const breaks: Array<Seen['breaks'][number]> = [];
	let latenessMs = 0;
	const add = ({come, keep}: {readonly come: ComeLook; readonly keep: KeepLook}): void => {
		answers.push(...come.answers);
		failed.push(...come.failed, ...keep.failed.map(entry => ({...entry, what: whatOf(entry.reason)})));
		breaks.push(...keep.breaks);
		latenessMs = Math.max(latenessMs, come.latenessMs, keep.latenessMs);
	};

	return {
		async look() {
			add(await farm.look());
			return {answers, failed, breaks, told: told()};
		},
		latenessMs: () => latenessMs,
	};
}
