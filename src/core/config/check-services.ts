/** Services: names and units that are there once. */

import type {Service, ServiceRun} from '../model/application.js';
import type {RawServices} from './keys.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';

type RawList = NonNullable<RawServices>;
type RawService = NonNullable<RawList[number]>;

/** What a supervised command runs in where nothing else is said. */
export const serviceFolderDefault = '/';

/** The services as far as they are right; `undefined` in the place of one that is not. */
export function checkServices(raw: RawList, report: Report): Array<Service | undefined> {
	reportTwice(raw.map(service => service?.name), 'name', report);
	reportTwice(raw.map(service => service?.variant === 'unit' ? service.unit : undefined), 'unit', report);
	return raw.map(service => service && checkService(service));
}

function reportTwice(values: ReadonlyArray<string | undefined>, key: 'name' | 'unit', report: Report): void {
	for (const [index, value] of values.entries()) {
		const first = values.indexOf(value);
		if (value !== undefined && first < index) {
			report(['services', index, key], `the ${key} ${quote(value)} is already that of service ${first + 1}`);
		}
	}
}

function checkService(raw: RawService): Service | undefined {
	const run = runOf(raw);
	const {name, 'start-timeout': startTimeoutMs, 'stop-timeout': stopTimeoutMs} = raw;
	return run && name !== undefined && startTimeoutMs !== undefined && stopTimeoutMs !== undefined
		? {
			name, run, startTimeoutMs, stopTimeoutMs,
		}
		: undefined;
}

function runOf(raw: RawService): ServiceRun | undefined {
	switch (raw.variant) {
		case 'unit': {
			return raw.unit === undefined ? undefined : {kind: 'unit', unit: raw.unit};
		}

		case 'command': {
			const {command, folder = serviceFolderDefault, environment} = raw;
			const variables = environment?.flatMap(({key, value}) => value === undefined ? [] : [[key, value] as const]);
			return command && variables && {
				kind: 'command', command, folder, environment: Object.fromEntries(variables),
			};
		}

		case 'start': {
			const {start, stop, status} = raw;
			return start && stop && {
				kind: 'scripts', start, stop, status,
			};
		}

		default: {
			return raw satisfies never;
		}
	}
}
