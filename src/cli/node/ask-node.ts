/** Asks a node of the farm through the daemon of this one: itself on its socket, another by letter. */

import {userInfo} from 'node:os';
import process from 'node:process';
import {operatorLengthMax, type NodeReport} from '../../core/control/node-orders.js';
import {answerTimeoutMs, request} from '../../edge/control/client.js';
import type {ControlAnswer, ControlRequest} from '../../edge/control/protocol.js';
import {DaemonFailure} from '../../errors.js';

/** A letter is waited for so long: detection takes no longer where a node is gone. */
export const letterTimeoutMs = 3000;

export type AskPlace = {
	readonly runDir: string;
	/** The node whose daemon is asked. */
	readonly self: string;
};

/** What the node reports. Rejects with a DaemonFailure when it refuses or does not answer, with a SystemFailure when this node's daemon does not. */
export async function askNode({runDir, self}: AskPlace, node: string, question: ControlRequest): Promise<NodeReport> {
	if (node === self) {
		return await request(runDir, question) as NodeReport;
	}

	return await askPeer({runDir}, node, question) as NodeReport;
}

/** What another node answers to a letter. Rejects as `askNode` does. */
export async function askPeer({runDir}: Pick<AskPlace, 'runDir'>, node: string, question: ControlRequest): Promise<unknown> {
	const answer = await request(runDir, {verb: 'ask', node, request: question, timeoutMs: letterTimeoutMs}, {timeoutMs: letterTimeoutMs + answerTimeoutMs}) as ControlAnswer;
	if (answer.ok) {
		return answer.result;
	}

	const {message, hint} = answer.error;
	throw new DaemonFailure(message, hint === undefined ? {} : {hint});
}

/** Who gives an order, for the log of the node that gets it: the user, also behind sudo. */
export function operatorName(): string {
	try {
		return (process.env.SUDO_USER ?? userInfo().username).slice(0, operatorLengthMax);
	} catch {
		// A user that no list of users knows.
		return `uid ${process.getuid!()}`;
	}
}
