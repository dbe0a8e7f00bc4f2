/** A list of clients as people keep it: one address a line, with a port behind it or without; `#` begins a comment, empty lines mean nothing. */

import {parseEndpoint, type Endpoint} from './question.js';

export type BadLine = {readonly line: number; readonly text: string};

export type ClientList = {readonly clients: readonly Endpoint[]; readonly bad: readonly BadLine[]};

/** What the lines say, and every line that says nothing understandable. */
export function parseClients(text: string): ClientList {
	const clients: Endpoint[] = [];
	const bad: BadLine[] = [];
	for (const [index, line] of text.split('\n').entries()) {
		const word = line.replace(/#.*/u, '').trim();
		const client = word === '' ? undefined : parseEndpoint(word);
		if (client !== undefined) {
			clients.push(client);
		} else if (word !== '') {
			bad.push({line: index + 1, text: word});
		}
	}

	return {clients, bad};
}
