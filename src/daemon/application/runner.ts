/**
Drives the life of the application: what its core orders is carried out here, and what comes of it goes back. It runs in a thread of its own, so nothing in
it may be late for a heartbeat, and everything in it may take its time.
*/

import {describeApplication} from '../../core/application/describe.js';
import type {ApplicationState} from '../../core/application/state.js';
import type {ApplicationEffect, ApplicationInput, LifeHook, ProgramOutcome, RememberedApplication} from '../../core/application/types.js';
import type {Check, Command} from '../../core/model/application.js';
import type {StatusApplication} from '../../core/status/application.js';
import type {Clock} from '../../edge/clock/clock.js';
import {createLoop, type Core} from '../loop.js';
import type {Services} from './services.js';
import type {ApplicationNotice} from './words.js';

export type ProgramCall = {readonly command: Command; readonly timeoutMs: number; readonly reason: string};

export type ProgramReport = {readonly outcome: ProgramOutcome; readonly detail: string};

export type RunnerParts = {
	readonly core: Core<ApplicationState, ApplicationInput, ApplicationEffect>;
	readonly initial: ApplicationState;
	readonly clock: Clock;
	readonly services: (submit: (input: ApplicationInput) => void) => Services;
	readonly checks: (submit: (input: ApplicationInput) => void) => {readonly begin: (check: Check, run: number) => void; readonly end: (name: string) => void};
	/** One at a time, in order; never rejects. */
	readonly hook: (name: LifeHook, call: ProgramCall) => Promise<ProgramReport>;
	readonly handler: (check: string, call: ProgramCall) => Promise<ProgramReport>;
	/** Throws when it cannot be written. */
	readonly remember: (remembered: RememberedApplication) => void;
	readonly tell: (notice: ApplicationNotice) => void;
	/** Its life is over. */
	readonly ended: () => void;
};

export type Runner = {
	readonly submit: (input: ApplicationInput) => void;
	readonly describe: () => StatusApplication;
	readonly services: Services;
	readonly stop: () => void;
};

export function createRunner({core, initial, clock, services: servicesFor, checks: checksFor, hook, handler, remember, tell, ended}: RunnerParts): Runner {
	const perform = (effect: ApplicationEffect): void => {
		switch (effect.kind) {
			case 'claim':
			case 'event': {
				tell(effect);
				return;
			}

			case 'service': {
				services.perform(effect);
				return;
			}

			case 'check': {
				if (effect.verb === 'begin') {
					checks.begin(effect.check, effect.run);
				} else {
					checks.end(effect.name);
				}

				return;
			}

			case 'handler': {
				void handler(effect.check, effect).then(report => {
					submit({kind: 'handler', check: effect.check, run: effect.run, ...report});
				});
				return;
			}

			case 'hook': {
				void hook(effect.name, effect).then(report => {
					submit({kind: 'hook', name: effect.name, run: effect.run, ...report});
				});
				return;
			}

			case 'remember': {
				write(effect.remembered);
				return;
			}

			case 'stopped': {
				ended();
				return;
			}

			default: {
				effect satisfies never;
			}
		}
	};

	const loop = createLoop<ApplicationState, ApplicationInput, ApplicationEffect>({
		core, initial, clock, perform,
	});
	// Never inside a step: what is answered at once waits for the end of it.
	const submit = (input: ApplicationInput): void => {
		queueMicrotask(() => {
			loop.submit(input);
		});
	};

	const services = servicesFor(submit);
	const checks = checksFor(submit);

	/** What is remembered is an order's or a failure's trace, and neither waits for a disk. */
	const write = (remembered: RememberedApplication): void => {
		try {
			remember(remembered);
		} catch (error) {
			tell({kind: 'event', event: {level: 'error', name: 'not-remembered', message: `automatic actions and disabled checks are not remembered over a restart: ${(error as Error).message}`}});
		}
	};

	return {
		submit,
		services,
		describe() {
			const now = clock.now();
			const wall = clock.wall().getTime();
			return describeApplication(loop.state(), {now, wallOf: at => new Date(wall + at - now).toISOString()});
		},
		stop: loop.stop,
	};
}
