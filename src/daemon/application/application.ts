/**
The application's side of the daemon: its life is led in a thread of its own, which begins with the first configuration that has services, checks or hooks,
and this end passes on what membership, the operator and the configuration say. A thread that fails is followed by another, which finds what runs;
until then clients go elsewhere.
*/

import {applicationStanding} from '../../core/membership/application.js';
import type {MembershipState} from '../../core/membership/state.js';
import type {MembershipInput} from '../../core/membership/types.js';
import type {ApplicationSettings, ApplicationWish} from '../../core/application/types.js';
import type {ApplicationClaim} from '../../core/model/application-claim.js';
import {happenings, nothingSeen} from '../../core/hooks/happenings.js';
import type {FarmEvent} from '../../core/model/event.js';
import type {Farm} from '../../core/model/farm.js';
import type {StatusApplication} from '../../core/status/application.js';
import {formatDuration} from '../../core/status/format.js';
import {SystemFailure, UsageFailure} from '../../errors.js';
import {Thread} from './thread.js';

const workerEntry = new URL('worker.js', import.meta.url);

/** After a thread has failed the next one begins so much later; twice that after each that fails again, up to the most. */
const againMs = 1000;
const againMsMax = 60_000;

export type ApplicationParts = {
	readonly farm: () => Farm;
	readonly node: string;
	readonly runDir: string;
	readonly stateDir: string;
	readonly configPath: string;
	readonly submit: (input: MembershipInput) => void;
	/** Undefined until the daemon serves. */
	readonly state: () => MembershipState | undefined;
	readonly record: (event: FarmEvent) => void;
	/** To the log, and kept nowhere. */
	readonly note: (event: FarmEvent) => void;
	/** For tests. */
	readonly entry?: URL;
};

export type Application = {
	/** Begins its life. `isAfterBoot`: the machine has booted since the daemon ran before. */
	readonly begin: (wanted: Exclude<ApplicationWish, 'leave'>, isAfterBoot: boolean) => void;
	/** What an operator wants from now on. */
	readonly order: (wanted: ApplicationWish) => void;
	/** No names for all. Throws a SystemFailure where there is none, and a UsageFailure for a name that no check has. */
	readonly enable: (names: readonly string[], isEnabled: boolean) => void;
	/** The configuration is another. */
	readonly configured: () => void;
	/** Membership has made a step: the application is told, and the hooks for which something has happened. */
	readonly stepped: (state: MembershipState) => void;
	/** Undefined where there is none. */
	readonly describe: () => Promise<StatusApplication | undefined>;
	/** Resolves when it has ended: as ordered, or with what lives on without a daemon left as it is. */
	readonly end: (options: {readonly isLeaving: boolean}) => Promise<void>;
	/** Ends what is still there, for an operator who does not wait. */
	readonly kill: () => void;
};

export function createApplication(parts: ApplicationParts): Application {
	const {farm, submit, state, record} = parts;
	let wanted: ApplicationWish | undefined;
	let isAfterBoot = false;
	let thread: Thread | undefined;
	let again: NodeJS.Timeout | undefined;
	/** In a row, soon after they began. */
	let failures = 0;
	let seen = nothingSeen;

	const open = (reason: string): void => {
		const now = state();
		const isServing = now?.stage === 'on' && now.isServing && applicationStanding(now) !== 'leaving';
		submit({kind: 'application', claim: beforeItBegins(wanted, reason, isServing)});
		if (wanted === undefined || wanted === 'leave') {
			return;
		}

		const {node, runDir, stateDir, configPath, note, entry = workerEntry} = parts;
		thread = new Thread({
			task: {
				settings: settingsOf(farm()), wanted, farm: farm().name, node, runDir, stateDir, configPath, isAfterBoot, isServing,
			},
			entry, submit, state, record, note,
			failed(why, livedMs) {
				isAfterBoot = false;
				thread = undefined;
				failures = livedMs > againMsMax ? 1 : failures + 1;
				const inMs = Math.min(againMsMax, againMs * (2 ** (failures - 1)));
				const lost = `what looks after the application failed: ${why}; it begins anew`;
				record({level: 'error', name: 'application-lost', message: `${lost} in ${formatDuration(inMs)}`});
				submit({kind: 'application', claim: beforeItBegins(wanted, lost, state()?.isServing ?? false)});
				again = setTimeout(() => {
					again = undefined;
					open(lost);
				}, inMs);
			},
		});
	};

	/** Without a thread nothing is taken for seen: the next one is told where things have got to. */
	const tellHooks = (now: MembershipState): void => {
		const commands = thread === undefined ? undefined : farm().application.hooks.commands;
		if (commands?.['on-state'] === undefined && commands?.['on-farm'] === undefined) {
			return;
		}

		const {seen: next, happened} = happenings(seen, now);
		seen = next;
		for (const {name, variables} of happened) {
			thread?.happened(name, variables);
		}
	};

	const openWhereThereIsOne = (): void => {
		if (again === undefined && hasLife(farm())) {
			open('its services are looked for');
		}
	};

	return {
		begin(first, booted) {
			wanted = first;
			isAfterBoot = booted;
			openWhereThereIsOne();
		},
		order(next) {
			wanted = next;
			thread?.order(next);
		},
		enable(names, isEnabled) {
			const known = farm().application.checks.map(({name}) => name);
			const unknown = names.find(name => !known.includes(name));
			if (unknown !== undefined) {
				throw new UsageFailure(`there is no check '${unknown}' in this farm`, {
					hint: known.length === 0 ? 'the configuration has none: farmctl.conf(5), checks' : `its checks are ${known.join(', ')}`,
				});
			}

			if (thread === undefined) {
				throw new SystemFailure('the checks are not looked after now', {hint: 'ask again in a moment; see why: farmctl events'});
			}

			thread.input({kind: 'checks', names, isEnabled});
		},
		configured() {
			if (thread !== undefined) {
				thread.input({kind: 'configure', settings: settingsOf(farm())});
			} else if (wanted !== undefined) {
				openWhereThereIsOne();
			}
		},
		stepped(now) {
			thread?.stepped(now);
			tellHooks(now);
		},
		describe: async () => thread?.describe(),
		async end(options) {
			clearTimeout(again);
			await thread?.end(options);
		},
		kill() {
			thread?.kill();
		},
	};
}

/** Whether anything is configured that the thread is for. */
const hasLife = ({application: {services, checks, hooks, boot}}: Farm): boolean => services.length > 0 || checks.length > 0 || Object.keys(hooks.commands).length > 0
	|| boot === 'stay';

const settingsOf = ({application, finishMs}: Farm): ApplicationSettings => ({application, drainMs: finishMs});

/** Where it serves, something answers its clients: the last nodes of the farm go on. */
const beforeItBegins = (wanted: ApplicationWish | undefined, reason: string, isServing: boolean): ApplicationClaim => ({
	wants: 'out', state: wanted === 'stop' ? 'STOP' : 'STARTING', reason, isDropping: false, isGuarded: isServing && wanted === 'serve',
});
