/** `ask`: this node's daemon asks another's by letter, and answers with the letter that comes back. */

import {anything, text, whole} from '../../edge/control/form.js';
import {controlVerb, type ControlVerbs} from '../../edge/control/protocol.js';
import {UsageFailure} from '../../errors.js';
import {letterTimeoutMsMax} from '../letters/post.js';
import type {LetterRequest} from '../letters/letters.js';
import type {VerbParts} from './parts.js';

/** Names of nodes are shorter. */
const nameLengthMax = 255;

export const askVerbs = ({farm, letters}: Pick<VerbParts, 'farm' | 'letters'>): ControlVerbs => ({
	ask: controlVerb({
		fields: {node: text(nameLengthMax), request: anything, timeoutMs: whole(1, letterTimeoutMsMax)},
		async answer({node: name, request, timeoutMs}) {
			const {nodes} = farm();
			const node = nodes.find(one => one.name === name);
			if (node === undefined) {
				throw new UsageFailure(`there is no node '${name}' in this farm`, {hint: `its nodes are ${nodes.map(one => one.name).join(', ')}`});
			}

			return letters.ask(node.id, request as LetterRequest, {timeoutMs});
		},
	}),
});
