/**
Watches the interfaces of the VIPs: a node that clients cannot reach must not find itself serving, with a view of its own, at the moment its link
returns. A link that is out for a moment only hinders nothing: what counts is what still hinders after a part of the detection time, well before peers
take over.
*/

import type {Farm} from '../core/model/farm.js';
import {linkHindrance} from '../core/vip/state.js';
import type {Link} from '../edge/link/port.js';

/** Of the detection time: so long must a hindrance last. */
export const hindrancePart = 1 / 4;

export type LinkWatch = {
	/** As configured now. */
	readonly farm: () => Pick<Farm, 'vips' | 'heartbeat'>;
	readonly link: Link;
	/** Told what hinders the node now, empty for nothing, whenever that changes. */
	readonly told: (reason: string) => void;
	readonly failed: (error: unknown) => void;
};

/** Resolves with how to stop when the first look has been taken; what hinders then is told at once. */
export async function watchLinks({farm, link, told, failed}: LinkWatch): Promise<() => void> {
	let known = '';
	let timer: NodeJS.Timeout | undefined;
	const tell = (reason: string): void => {
		if (reason === known) {
			return;
		}

		known = reason;
		told(reason);
	};

	const look = async (): Promise<string> => linkHindrance(farm(), await link.interfaces());
	const lookAgain = (): void => {
		timer = undefined;
		look().then(tell).catch(failed);
	};

	const take = (reason: string): void => {
		if (reason === '') {
			clearTimeout(timer);
			timer = undefined;
			tell('');
		} else {
			timer ??= setTimeout(lookAgain, farm().heartbeat.timing.detectionMs * hindrancePart);
		}
	};

	link.watch(notice => {
		if (notice.kind === 'unknown' || (notice.kind === 'interface' && farm().vips.some(vip => vip.interface === notice.interface))) {
			look().then(take).catch(failed);
		}
	});
	tell(await look());
	return () => {
		clearTimeout(timer);
	};
}
