/** The verbs that change the configuration: those of an operator on this node, and what nodes ask one another while it is changed. */

import {changeIdLengthMax, confirmMsMax, confirmMsMin} from '../../core/control/change-orders.js';
import {operatorLengthMax} from '../../core/control/node-orders.js';
import {printable} from '../../core/status/display-width.js';
import {flag, optional, text, whole, type Parsed} from '../../edge/control/form.js';
import {controlVerb, type Conversation, type ControlVerbs} from '../../edge/control/protocol.js';
import type {VerbParts} from './parts.js';

/** Characters of a configuration: with its letter's head it fits a letter. */
export const configurationLengthMax = 200 * 1024;

/** A fraction is sent in thousandths. */
const thousand = 1000;

const id = text(changeIdLengthMax);
const configuration = text(configurationLengthMax);
const confirmMs = optional(whole(confirmMsMin, confirmMsMax));
const applying = {text: configuration, by: optional(text(operatorLengthMax)), isLocal: flag, confirmMs, disruptionMaxThousandths: optional(whole(0, thousand))};
const staging = {id, text: configuration, who: text(operatorLengthMax * 2)};
const making = {id, confirmMs};

export const configVerbs = ({changing, self}: Pick<VerbParts, 'changing' | 'self'>): ControlVerbs => ({
	plan: controlVerb({fields: {text: configuration}, answer: async ({text: wanted}: {readonly text: string}) => changing().apply.plan(wanted)}),
	apply: controlVerb({
		fields: applying,
		answer: async ({by, disruptionMaxThousandths: most, ...order}: Parsed<typeof applying>, conversation) => changing().apply.apply({
			...order, who: whoOf(conversation, by, self.name), disruptionMax: most === undefined ? undefined : most / thousand,
		}),
	}),
	'config-history': controlVerb({fields: {}, answer: async () => ({versions: changing().history.versions(), current: changing().text()})}),
	'config-keep': controlVerb({fields: {}, answer: async () => changing().apply.confirm()}),
	'config-stage': controlVerb({
		isForPeers: true,
		fields: staging,
		answer: async ({who, ...order}: Parsed<typeof staging>) => changing().change.stage({...order, who: printable(who)}),
	}),
	'config-make': controlVerb({
		isForPeers: true,
		fields: making,
		answer: async ({id: one, confirmMs: ms}: Parsed<typeof making>) => changing().change.make(one, ms),
	}),
	'config-back': controlVerb({isForPeers: true, fields: {id}, answer: async ({id: one}: {readonly id: string}) => changing().change.back(one)}),
	'config-confirm': controlVerb({isForPeers: true, fields: {id}, answer: async ({id: one}: {readonly id: string}) => changing().change.confirm(one)}),
	'config-finish': controlVerb({
		isForPeers: true,
		fields: {id},
		async answer({id: one}: {readonly id: string}) {
			changing().change.finish(one);
		},
	}),
});

/** Other nodes are told it too, so this one is named. */
const whoOf = ({place, isPeer}: Conversation, by: string | undefined, name: string): string => `${by === undefined ? 'a program' : printable(by)} on ${isPeer ? place : name}`;
