/** The verbs that manage this node, asked on its own socket or by another node's letter. */

import {drainTimeoutMsMax, operatorLengthMax} from '../../core/control/node-orders.js';
import {weightMax} from '../../core/model/group.js';
import {printable} from '../../core/status/display-width.js';
import {flag, optional, text, whole, type Parsed} from '../../edge/control/form.js';
import {controlVerb, type Conversation, type ControlVerbs} from '../../edge/control/protocol.js';
import type {Order} from '../operator.js';
import type {VerbParts} from './parts.js';

/** `by`: the user who asks, where the program that asks knows it. */
const order = {by: optional(text(operatorLengthMax)), isForced: flag};
const draining = {...order, cutAfterMs: optional(whole(0, drainTimeoutMsMax)), stopsServices: flag};
const weighing = {...order, group: optional(text(operatorLengthMax)), weight: optional(whole(0, weightMax))};

export const nodeVerbs = ({operator}: Pick<VerbParts, 'operator'>): ControlVerbs => ({
	'node-report': controlVerb({isForPeers: true, fields: {}, answer: async () => operator.report()}),
	'node-drain': controlVerb({
		isForPeers: true,
		fields: draining,
		answer: async ({by, isForced, cutAfterMs, stopsServices}: Parsed<typeof draining>, conversation) => operator.drain({...orderOf(conversation, by, isForced), cutAfterMs, stopsServices}),
	}),
	'node-start': controlVerb({
		isForPeers: true,
		fields: order,
		answer: async ({by, isForced}: Parsed<typeof order>, conversation) => operator.start(orderOf(conversation, by, isForced)),
	}),
	'node-weight': controlVerb({
		isForPeers: true,
		fields: weighing,
		answer: async ({by, isForced, group, weight}: Parsed<typeof weighing>, conversation) => operator.weigh({...orderOf(conversation, by, isForced), group, weight}),
	}),
});

const orderOf = ({place}: Conversation, by: string | undefined, isForced: boolean): Order => ({who: `${by === undefined ? 'a program' : printable(by)} on ${place}`, isForced});
