/** What a connection says: a stream of messages of 16 bytes that is another one for each connection, so that a byte of another connection or of another moment is seen. */

import {Buffer} from 'node:buffer';

export const messageBytes = 16;

const message = Buffer.alloc(messageBytes);
const words = new Int32Array(message.buffer, message.byteOffset, messageBytes / 4);
const seenBytes = Buffer.alloc(messageBytes);
const seen = new Int32Array(seenBytes.buffer, seenBytes.byteOffset, messageBytes / 4);

/** The connection's message of this number; the same buffer each time. */
export function messageOf(connection: number, number: number): Buffer {
	words[0] = connection;
	words[1] = number;
	words[2] = Math.imul(connection + 1, 0x9E_37_79_B1) ^ number;
	words[3] = Math.imul(number + 1, 0x85_EB_CA_6B) ^ connection;
	return message;
}

/** Whether these bytes are those of the connection's stream from this position on. */
export function isStream(connection: number, position: number, bytes: Buffer, length: number): boolean {
	if (length === messageBytes && position % messageBytes === 0) {
		messageOf(connection, position / messageBytes);
		bytes.copy(seenBytes, 0, 0, messageBytes);
		return seen[0] === words[0] && seen[1] === words[1] && seen[2] === words[2] && seen[3] === words[3];
	}

	for (let index = 0; index < length; index++) {
		const at = position + index;
		if (messageOf(connection, Math.floor(at / messageBytes))[at % messageBytes] !== bytes[index]) {
			return false;
		}
	}

	return true;
}
