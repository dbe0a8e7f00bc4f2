/** The conversation of a verb that another node asks for by letter. */

import type {Farm, NodeId} from '../../core/model/farm.js';
import type {Conversation} from '../../edge/control/protocol.js';

/** Lines before the answer are not told: a letter is one answer. `left` aborts when this daemon stops. */
export const peerConversation = ({nodes}: Pick<Farm, 'nodes'>, from: NodeId, left: AbortSignal): Conversation => ({
	place: nodes.find(({id}) => id === from)?.name ?? `node ${from}`, isPeer: true, tell: () => undefined, left,
});
