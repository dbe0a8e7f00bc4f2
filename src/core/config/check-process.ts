/** A check of processes: by which key, and whether the service that it names has a process that is known. */

import type {ProcessKey, Probe} from '../model/application.js';
import type {CheckPlace, RawOf} from './check-probe.js';
import {quote} from './problem.js';
import {suggest} from './suggest.js';

const processKeys = ['process', 'pid-file', 'unit', 'service'] as const;

/** The probe, or nothing where a part of it is wrong or missing. */
export function checkProcess(raw: RawOf<'process'>, place: CheckPlace): Probe | undefined {
	const {path, report} = place;
	const {'at-least': atLeast, 'at-most': atMost} = raw;
	const given = processKeys.filter(key => raw[key] !== undefined);
	const [first, second] = given;
	if (first === undefined || second !== undefined) {
		const wanted = `a check with type: process has one of the keys ${processKeys.join(', ')}`;
		report(second === undefined ? path : [...path, second], `${wanted}, and this one has ${second === undefined ? 'none' : given.join(' and ')}`, {at: 'key', hint: 'such as process: nginx'});
		return undefined;
	}

	if (first !== 'process' && atLeast !== undefined && atLeast > 1) {
		report([...path, 'at-least'], `with the key ${first} there is one process, and never ${atLeast}`, {hint: 'at-least goes with process: NAME'});
	} else if (atMost !== undefined && atLeast !== undefined && atMost < atLeast) {
		report([...path, 'at-most'], `at most ${atMost} and at least ${atLeast} processes cannot be`);
	}

	const by = keyOf(raw, place);
	return by === undefined || atLeast === undefined ? undefined : {
		type: 'process', by, atLeast, atMost,
	};
}

function keyOf({process: name, 'pid-file': pidFile, unit, service}: RawOf<'process'>, place: CheckPlace): ProcessKey | undefined {
	if (service !== undefined) {
		reportService(service, place);
		return {service};
	}

	if (name !== undefined) {
		return {name};
	}

	return pidFile === undefined ? (unit === undefined ? undefined : {unit}) : {pidFile};
}

function reportService(name: string, {path, services, report}: CheckPlace): void {
	const names = services.map(service => service?.name);
	const service = services[names.indexOf(name)];
	const options = [...new Set(names)];
	if (service?.name === name && service.variant === 'start') {
		report([...path, 'service'], `the service ${quote(name)} is started by a program that ends, so nobody knows its process`, {hint: 'process: its name, or pid-file: a file with its number'});
	} else if (!options.includes(name) && !options.includes(undefined)) {
		// Where one is undefined, a service that is itself wrong may have the name.
		const close = suggest(name, options as string[]);
		const others = options.length === 0 ? 'it has none: add it under \'services\'' : `the services are ${options.join(', ')}`;
		report([...path, 'service'], `the farm has no service ${quote(name)}`, {hint: close === undefined ? others : `did you mean '${close}'?`});
	}
}
