/** The real parts of the probers: each is opened by the first check that needs it, and none without one. */

import type {AddressFamily} from '../../core/model/farm.js';
import {openDeaths} from '../deaths/pidfd.js';
import type {Deaths} from '../deaths/port.js';
import type {Link} from '../link/port.js';
import {openRtnetlink} from '../link/rtnetlink.js';
import {openEchoSender, type SendEcho} from '../ping/echo-socket.js';
import type {CheckParts, ProcessParts} from './source.js';
import {pidOfUnit} from './unit.js';

export type OpenedParts = CheckParts & {
	/** After the probers. */
	readonly close: () => Promise<void>;
};

export type PartsOptions = {
	readonly runDir: string;
	readonly pidOfService: ProcessParts['pidOfService'];
	/** Someone else's, who closes it; an own one unless given. */
	readonly deaths?: ProcessParts['deaths'];
};

export function openCheckParts({runDir, pidOfService, deaths: shared}: PartsOptions): OpenedParts {
	let deaths: Promise<Deaths | undefined> | undefined;
	let link: Link | undefined;
	const senders = new Map<AddressFamily, Promise<SendEcho>>();
	return {
		pidOfService,
		pidOfUnit,
		async deaths() {
			if (shared !== undefined) {
				return shared();
			}

			// Without it, deaths are noticed by the next probe.
			deaths ??= openDeaths().catch(() => undefined);
			return deaths;
		},
		link() {
			link ??= openRtnetlink({runDir});
			return link;
		},
		async sendEcho(family) {
			const sender = senders.get(family) ?? openEchoSender([family], {what: 'a check of the type ping', otherwise: 'check it by tcp'});
			senders.set(family, sender);
			return sender;
		},
		async close() {
			link?.close();
			await (await deaths)?.close();
		},
	};
}
