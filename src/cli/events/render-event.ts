/** One event as people read it. */

import {printable} from '../../core/status/display-width.js';
import type {Tone} from '../../core/status/node-row.js';
import type {StatusEvent} from '../../core/status/status.js';
import {paintWith} from '../status/paint.js';
import type {ToldEvent} from './tell-events.js';

const levelTones: Readonly<Record<StatusEvent['level'], Tone>> = {debug: 'dim', info: 'plain', warning: 'warn', error: 'bad'};

/** Time, level and message in one line without its end: `2026-01-02T03:04:05.678Z warning node-dead: web2 is dead`; of a farm's with the node behind the time. */
export function renderEvent(event: StatusEvent & Pick<ToldEvent, 'stampedAt'> & {readonly node?: string}, {colour}: {readonly colour: boolean}): string {
	const paint = paintWith(colour);
	const node = event.stampedAt === undefined || event.node === undefined ? '' : ` ${printable(event.node)}`;
	return `${paint('dim', printable(event.at))}${node} ${paint(levelTones[event.level], event.level)} ${printable(event.name)}: ${printable(event.message)}`;
}
