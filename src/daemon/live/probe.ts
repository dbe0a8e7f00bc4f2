/** The probe endpoint, which follows the configuration: there is one while `probe` says where. Without it nothing of it is loaded. */

import type {FarmEvent} from '../../core/model/event.js';
import type {Farm} from '../../core/model/farm.js';
import type {OpenProbe, ProbeEndpoint, ProbeParts} from '../../edge/probe/port.js';
import type {Follower} from './machine.js';

/** One that has ended is opened again after so long. */
export const reopenMs = 5000;

export type FollowedProbeParts = Pick<ProbeParts, 'report'> & {
	readonly open: OpenProbe;
	readonly record: (event: FarmEvent) => void;
	readonly later?: (ms: number, work: () => void) => () => void;
};

export type FollowedProbe = Follower & {readonly stop: () => Promise<void>};

type Listen = ProbeParts['listen'];

/** Rejects with a SystemFailure when nothing can listen where the farm says. */
export async function followProbe({application}: Pick<Farm, 'application'>, {open, report, record, later = laterByTimer}: FollowedProbeParts): Promise<FollowedProbe> {
	let wish: Listen | undefined;
	let endpoint: ProbeEndpoint | undefined;
	let cancelReopen = (): void => undefined;

	const openAt = async (listen: Listen): Promise<void> => {
		wish = listen;
		endpoint = await open({
			listen,
			report,
			lost(why) {
				endpoint = undefined;
				reopenLater(listen, `the probe endpoint has ended: ${why}`);
			},
		});
	};

	const reopenLater = (listen: Listen, why: string): void => {
		record({level: 'error', name: 'probe-lost', message: `${why}; balancers get no answer; tries again after ${reopenMs} ms`});
		cancelReopen = later(reopenMs, () => {
			openAt(listen).catch((error: unknown) => {
				reopenLater(listen, (error as Error).message);
			});
		});
	};

	const close = async (): Promise<void> => {
		cancelReopen();
		const closing = endpoint;
		[wish, endpoint] = [undefined, undefined];
		await closing?.close();
	};

	/** Two cannot stand beside one another where one of them listens on any address, so the one before goes first. */
	const exchange = async (next: Listen | undefined): Promise<void> => {
		const before = wish;
		await close();
		if (next === undefined) {
			return;
		}

		try {
			await openAt(next);
		} catch (error) {
			wish = undefined;
			await (before && openAt(before).catch((error_: unknown) => {
				reopenLater(before, (error_ as Error).message);
			}));
			throw error;
		}

		record({level: 'info', name: 'probe', message: `the probe endpoint listens on ${next.address}, port ${next.port}`});
	};

	const follow = async ({probe}: Farm['application']): Promise<void> => {
		if (probe?.address !== wish?.address || probe?.port !== wish?.port) {
			await exchange(probe);
		}
	};

	await follow(application);
	return {follow: async ({farm: next}) => follow(next.application), stop: close};
}

function laterByTimer(ms: number, work: () => void): () => void {
	const timer = setTimeout(work, ms);
	return () => {
		clearTimeout(timer);
	};
}
