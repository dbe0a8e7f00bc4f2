/** What happened, in virtual time: what the nodes told, and what befell them. */

import type {FarmEvent, Level} from '../model/event.js';

export type Happening = {
	/** In true time, milliseconds since the beginning. */
	readonly at: number;
	/** The node it happened to; undefined for the farm or the network. */
	readonly node: string | undefined;
	/** The name of an event of the daemon; undefined for what befell it. */
	readonly event: string | undefined;
	readonly level: Level;
	readonly text: string;
};

export type Chronicle = {
	readonly happenings: readonly Happening[];
	/** A line each, for tests that fail. */
	readonly trace: () => readonly string[];
	/** What befell a node, the network or the farm. */
	say: (text: string, node?: string) => void;
	/** What a node told. */
	tell: (event: FarmEvent, node: string) => void;
};

export function createChronicle(now: () => number): Chronicle {
	const happenings: Happening[] = [];
	return {
		happenings,
		trace: () => happenings.map(({at, node, event, text}) => `${at.toFixed(2)} ${node ?? '-'} ${event === undefined ? '' : `${event}: `}${text}`),
		say(text, node) {
			happenings.push({at: now(), node, event: undefined, level: 'info', text});
		},
		tell({name, level, message}, node) {
			happenings.push({at: now(), node, event: name, level, text: message});
		},
	};
}
