/** Throws hostile datagrams at a node of a farm that goes on meanwhile, and tells what became of both. */

import process from 'node:process';
import v8 from 'node:v8';
import vm from 'node:vm';
import {createRandom} from '../../src/core/simulation/random.js';
import {HostileFarm} from './farm.js';
import {createHostility, datagramKinds} from './datagrams.js';

/** Of the farm's time, a millisecond passes with so many: a hundred thousand a second. */
const datagramsPerMs = 100;

export type AssaultReport = {
	readonly thrown: number;
	/** Handed to the core although hostile. */
	readonly accepted: number;
	/** Refused, by reason; copies are not counted. */
	readonly refused: Readonly<Record<string, number>>;
	readonly copies: number;
	readonly farmMs: number;
	/** About refused datagrams. */
	readonly lines: number;
	readonly otherEvents: readonly string[];
	readonly isUndisturbed: boolean;
	readonly stateCharacters: {readonly before: number; readonly after: number};
	readonly heapBytes: {readonly before: number; readonly after: number};
	readonly rssBytes: {readonly before: number; readonly after: number};
	readonly ms: number;
};

export function assault(count: number, seed: number): AssaultReport {
	const farm = new HostileFarm();
	const {target} = farm;
	const random = createRandom(seed);
	const make = createHostility(random, farm);
	const eventsBefore = target.events.length;
	const {generation, incarnation, kernel: {table}} = target.state;
	let accepted = 0;
	const hurl = (datagrams: number): void => {
		for (let thrown = 1; thrown <= datagrams; thrown++) {
			const heardBefore = target.heardCount;
			farm.throwAt(target, make(random.pick(datagramKinds)));
			accepted += target.heardCount - heardBefore;
			if (thrown % datagramsPerMs === 0) {
				farm.pass(1);
			}
		}
	};

	// What the program itself needs for all this is there after a tenth.
	const warming = Math.ceil(count / 10);
	const begin = performance.now();
	hurl(warming);
	const before = weigh();
	const charactersBefore = JSON.stringify(target.state).length;
	hurl(count - warming);
	const after = weigh();
	const ms = performance.now() - begin;
	const refused = target.rejections.counts();
	const events = target.events.slice(eventsBefore);
	const {state} = target;
	return {
		thrown: count,
		accepted,
		refused,
		copies: count - accepted - Object.values(refused).reduce((sum, reason) => sum + reason, 0),
		farmMs: count / datagramsPerMs,
		lines: events.filter(({name}) => name === 'datagram-refused').length,
		otherEvents: events.map(({name}) => name).filter(name => name !== 'datagram-refused'),
		isUndisturbed: state.isAdmitted && state.generation === generation && state.incarnation === incarnation && state.kernel.table === table,
		stateCharacters: {before: charactersBefore, after: JSON.stringify(state).length},
		heapBytes: {before: before.heapUsed, after: after.heapUsed},
		rssBytes: {before: before.rss, after: after.rss},
		ms,
	};
}

/** After the garbage has gone. */
function weigh(): NodeJS.MemoryUsage {
	v8.setFlagsFromString('--expose-gc');
	(vm.runInNewContext('gc') as () => void)();
	return process.memoryUsage();
}
