/** One event as people read it. */

import {printable} from '../../core/status/display-width.js';
import type {Tone} from '../../core/status/node-row.js';
import type {StatusEvent} from '../../core/status/status.js';
import {paintWith} from '../status/paint.js';

const levelTones: Readonly<Record<StatusEvent['level'], Tone>> = {debug: 'dim', info: 'plain', warning: 'warn', error: 'bad'};

/** Time, level and message in one line without its end: `2026-01-02T03:04:05.678Z warning node-dead: web2 is dead`. */
export function renderEvent(event: StatusEvent, {colour}: {readonly colour: boolean}): string {
	const paint = paintWith(colour);
	return `${paint('dim', printable(event.at))} ${paint(levelTones[event.level], event.level)} ${printable(event.name)}: ${printable(event.message)}`;
}
