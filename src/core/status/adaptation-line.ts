/** Who is given more time than configured before it is held to be dead (R7), as one line; empty while nobody is. */

import type {Tone} from './node-row.js';
import {printable} from './display-width.js';
import {formatDuration} from './format.js';
import type {Status} from './status.js';

/** `detection 300 ms; 589 ms for web2 (this node: its timers ran 40 ms late), 350 ms for web3`. */
export function adaptationLine({timing, nodes, node: self}: Status): string {
	const longer = nodes.filter(({detectionMs}) => detectionMs > timing.detectionMs);
	if (longer.length === 0) {
		return '';
	}

	const why = timing.adaptation === undefined ? '' : ` (${timing.adaptation})`;
	const texts = longer.map(({name, detectionMs}) => `${formatDuration(detectionMs)} for ${name}${name === self ? why : ''}`);
	return printable(`detection ${formatDuration(timing.detectionMs)}; ${texts.join(', ')}`);
}

export const adaptationTone: Tone = 'warn';
