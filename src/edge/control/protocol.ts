/**
The control socket's language: one JSON object a line. A request is one line; the answer is any number of lines that tell how it goes, then one that says
what came of it. A verb may take what stands in its form and nothing else.

	-> {"verb":"status"}
	<- {"ok":true,"result":{...}}

	-> {"verb":"events","follow":true}
	<- {"line":{...}}
	<- {"ok":false,"error":{"code":"daemon","message":"...","hint":"..."}}

Nodes ask one another in the same language, in letters, where lines are not told.
*/

import {Failure} from '../../errors.js';
import {parseFields, type Fields, type Parsed} from './form.js';

export const controlSocketName = 'control.sock';

/** A request longer than this is refused: the longest are configurations. */
export const requestBytesMax = 1024 * 1024;

export type ControlRequest = {readonly verb: string; readonly [field: string]: unknown};

export type ControlAnswer =
	| {readonly ok: true; readonly result: unknown}
	| {readonly ok: false; readonly error: {readonly code: string; readonly message: string; readonly hint?: string}};

/** Whom a verb talks with. */
export type Conversation = {
	/** Where it asks from, for the log: the name of a node, or `this node`. */
	readonly place: string;
	/** Whether it asks from another node. */
	readonly isPeer: boolean;
	/** Tells one more line before the answer; a peer is told nothing. */
	readonly tell: (line: unknown) => void;
	/** Aborted when whoever asked has left. */
	readonly left: AbortSignal;
};

export type ControlVerb = {
	/** Whether other nodes may ask it by letter. */
	readonly isForPeers: boolean;
	/** What it takes besides `verb`. */
	readonly fields: Fields;
	/** What came of it; a rejection becomes the error answer. */
	readonly answer: (request: never, conversation: Conversation) => Promise<unknown>;
};

/** By name. */
export type ControlVerbs = Readonly<Record<string, ControlVerb>>;

/** A verb whose answer gets what its form says. `isForPeers` false unless given. */
export function controlVerb<Taken extends Fields>({fields, isForPeers = false, answer}: {
	readonly fields: Taken;
	readonly isForPeers?: boolean;
	readonly answer: (request: Parsed<Taken>, conversation: Conversation) => Promise<unknown>;
}): ControlVerb {
	return {fields, isForPeers, answer};
}

/** Carries out what is asked, whatever it is; never rejects. */
export async function answerRequest(verbs: ControlVerbs, asked: unknown, conversation: Conversation): Promise<ControlAnswer> {
	const {verb: name, ...rest} = (typeof asked === 'object' && asked !== null && !Array.isArray(asked) ? asked : {}) as Readonly<Record<string, unknown>>;
	const verb = typeof name === 'string' && Object.hasOwn(verbs, name) ? verbs[name] : undefined;
	if (verb === undefined || (conversation.isPeer && !verb.isForPeers)) {
		return refusal('usage', 'the daemon does not know this request', otherAge);
	}

	const parsed = parseFields(verb.fields, rest);
	if (!parsed.ok) {
		return refusal('usage', `the daemon does not understand this request: ${String(name)}: ${parsed.reason}`, otherAge);
	}

	try {
		return {ok: true, result: await verb.answer(parsed.value as never, conversation)};
	} catch (error) {
		return error instanceof Failure ? refusal(error.code, error.message, error.hint) : refusal('bug', String(error));
	}
}

const otherAge = 'farmctl was updated and its daemon runs on, or the other way round: start the daemon again';

export const refusal = (code: string, message: string, hint?: string): ControlAnswer => ({
	ok: false, error: {code, message, ...(hint !== undefined && {hint})},
});

export function isControlAnswer(value: unknown): value is ControlAnswer {
	const {ok, error} = (value ?? {}) as {readonly ok?: unknown; readonly error?: {readonly message?: unknown; readonly hint?: unknown; readonly code?: unknown} | null};
	return ok === true || (ok === false && typeof error?.message === 'string' && ['string', 'undefined'].includes(typeof error.hint));
}
