/** The verb that only looks: `status`. */

import {controlVerb, type ControlVerbs} from '../../edge/control/protocol.js';
import type {VerbParts} from './parts.js';

export const lookVerbs = ({status}: Pick<VerbParts, 'status'>): ControlVerbs => ({
	status: controlVerb({fields: {}, isForPeers: true, answer: async () => status()}),
});
