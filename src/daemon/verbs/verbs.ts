/** Everything that a daemon answers on its control socket, and of that to other nodes what is for them. Each family of verbs is a file of its own. */

import type {ControlVerbs} from '../../edge/control/protocol.js';
import {askVerbs} from './ask.js';
import {checksVerbs} from './checks.js';
import {configVerbs} from './config.js';
import {eventVerbs} from './events.js';
import {explainVerbs} from './explain.js';
import {lookVerbs} from './look.js';
import {nodeVerbs} from './node.js';
import type {VerbParts} from './parts.js';

export const daemonVerbs = (parts: VerbParts): ControlVerbs => ({
	...lookVerbs(parts),
	...eventVerbs(parts),
	...askVerbs(parts),
	...nodeVerbs(parts),
	...checksVerbs(parts),
	...configVerbs(parts),
	...explainVerbs(parts),
});
