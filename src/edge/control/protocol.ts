/**
The control socket's language: one JSON object a line. A request is one line; the answer is one line, or for `events` with `follow` a line for
each event until either side closes.

	-> {"verb":"status"}
	<- {"ok":true,"result":{...}}
	<- {"ok":false,"error":{"code":"daemon","message":"...","hint":"..."}}
*/

export const controlSocketName = 'control.sock';

/** A request longer than this is refused: nothing that the verbs send comes near it. */
export const requestBytesMax = 64 * 1024;

export type ControlRequest =
	| {readonly verb: 'status'}
	| {readonly verb: 'events'; readonly follow: boolean};

export type ControlAnswer =
	| {readonly ok: true; readonly result: unknown}
	| {readonly ok: false; readonly error: {readonly code: string; readonly message: string; readonly hint?: string}};
