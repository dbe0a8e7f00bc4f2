/** The verb by which an operator disables checks and enables them again, asked on this node's socket or by another node's letter. */

import {checksMax} from '../../core/config/keys.js';
import {operatorLengthMax} from '../../core/control/node-orders.js';
import {printable} from '../../core/status/display-width.js';
import {flag, list, optional, text, type Parsed} from '../../edge/control/form.js';
import {controlVerb, type ControlVerbs} from '../../edge/control/protocol.js';
import type {VerbParts} from './parts.js';

/** No names for every check. */
const choosing = {by: optional(text(operatorLengthMax)), names: list(text(operatorLengthMax), checksMax), isEnabled: flag};

export type ChecksParts = Pick<VerbParts, 'application'> & {readonly operator: Pick<VerbParts['operator'], 'report'>; readonly journal: Pick<VerbParts['journal'], 'record'>};

export const checksVerbs = ({application, operator, journal}: ChecksParts): ControlVerbs => ({
	'node-checks': controlVerb({
		isForPeers: true,
		fields: choosing,
		async answer({by, names, isEnabled}: Parsed<typeof choosing>, {place}) {
			application.enable(names, isEnabled);
			const who = `${by === undefined ? 'a program' : printable(by)} on ${place}`;
			const which = names.length === 0 ? 'every check' : `${names.length === 1 ? 'check' : 'checks'} ${names.map(name => printable(name)).join(', ')}`;
			journal.record({level: 'info', name: 'order-checks', message: `${which} ${isEnabled ? 'enabled' : 'disabled'}, ordered by ${who}`, fields: {who}});
			return operator.report();
		},
	}),
});
