/** Sends a message to a webhook: a POST with JSON, which is well where it is answered with 2xx. */

import type {Notify} from '../../core/model/application.js';
import {webhookBody, type Sender} from '../../core/notify/text.js';
import {loadHeaders} from '../config/load-secrets.js';
import type {Send} from './notifier.js';

/** Until the answer has begun. */
export const webhookTimeoutMs = 10_000;

/** The headers are read each time: who changes their file need not tell anybody. */
export function webhookSend({url, headersFile}: NonNullable<Notify['webhook']>, sender: Sender): Send {
	return async (message, signal) => {
		const headers = headersFile === undefined ? {} : await loadHeaders(headersFile);
		const response = await fetch(url, {
			method: 'POST',
			headers: {'content-type': 'application/json', 'user-agent': 'farmctl', ...headers},
			body: JSON.stringify(webhookBody(message, sender)),
			signal: AbortSignal.any([signal, AbortSignal.timeout(webhookTimeoutMs)]),
			redirect: 'error',
		}).catch((error: unknown) => {
			throw new Error(reasonOf(error), {cause: error});
		});
		// Whatever it says besides is not read.
		await response.body?.cancel();
		if (!response.ok) {
			throw new Error(`it answers ${response.status}`);
		}
	};
}

/** In words that name what is wrong with the connection, which fetch keeps in the cause. */
function reasonOf(error: unknown): string {
	const {name, message, cause} = error as Error;
	if (name === 'TimeoutError') {
		return `no answer within ${webhookTimeoutMs / 1000} s`;
	}

	return cause instanceof Error ? (cause.message === '' ? (cause as NodeJS.ErrnoException).code ?? message : cause.message) : message;
}
