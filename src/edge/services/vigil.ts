/** Keeps an eye on a service that is not our child: on its main process where it is known, whose death the kernel tells, and on what it says of itself again and again. */

import type {ServiceParts} from './port.js';

/** How often a service is asked whether it runs. */
export const vigilIntervalMs = 5000;

export type Look = {readonly runs: true; readonly pid?: number | undefined} | {readonly runs: false; readonly reason: string};

export type VigilParts = Pick<ServiceParts, 'watchProcess' | 'died'> & {
	/** Never rejects. */
	readonly look: () => Promise<Look>;
	/** For tests. */
	readonly intervalMs?: number;
};

export type Vigil = {
	/** `pid`: 0 or undefined where there is no main process. */
	readonly begin: (pid: number | undefined) => void;
	readonly end: () => void;
	readonly pid: () => number | undefined;
};

type Watch = {pid: number | undefined; timer: NodeJS.Timeout | undefined; unwatch: () => void};

/** Tells a death once, then the vigil is over. */
export function createVigil({watchProcess, look, died, intervalMs = vigilIntervalMs}: VigilParts): Vigil {
	let watch: Watch | undefined;

	const end = (): void => {
		clearTimeout(watch?.timer);
		watch?.unwatch();
		watch = undefined;
	};

	const lookAgain = async (of: Watch, isGone: boolean): Promise<void> => {
		clearTimeout(of.timer);
		const seen = await look();
		if (watch !== of) {
			return;
		}

		// A main process that is gone is dead, though the service has not noticed yet; another one in its place is not.
		const pid = seen.runs && seen.pid !== 0 ? seen.pid : undefined;
		if (!seen.runs || (isGone && (pid === undefined || pid === of.pid))) {
			const reason = seen.runs ? `its main process has ended (pid ${of.pid})` : seen.reason;
			end();
			died(reason);
			return;
		}

		follow(of, pid);
	};

	const follow = (of: Watch, pid: number | undefined): void => {
		if (pid !== of.pid && pid !== undefined) {
			of.unwatch();
			of.pid = pid;
			of.unwatch = watchProcess(pid, () => {
				void lookAgain(of, true);
			});
		}

		of.timer = setTimeout(() => {
			void lookAgain(of, false);
		}, intervalMs);
	};

	return {
		begin(pid) {
			end();
			watch = {pid: undefined, timer: undefined, unwatch: () => undefined};
			follow(watch, pid === 0 ? undefined : pid);
		},
		end,
		pid: () => watch?.pid,
	};
}
