/**
Watches the interfaces of the VIPs: a node whose cable is out reaches no client, and on its return it must not serve on what it believed while alone.

A cable that is out for a moment hinders nothing: only what two looks in a row have seen counts.
*/

import type {Farm} from '../core/model/farm.js';
import type {Link} from '../edge/link/port.js';

/** So many looks fit into the detection time: the second one that sees no carrier is well before peers take over. */
const looksPerDetection = 4;

/** Calls `tell` with why the machine cannot serve, or an empty reason, whenever that changes. Returns how to stop. */
export function watchInterfaces({farm, link, tell}: {readonly farm: Farm; readonly link: Link; readonly tell: (reason: string) => void}): () => void {
	const names = new Set(farm.vips.map(vip => vip.interface));
	let seen = '';
	let told = '';
	const look = async (): Promise<void> => {
		const reason = hindranceOf(names, await link.interfaces());
		if (reason !== told && (reason === '' || reason === seen)) {
			told = reason;
			tell(reason);
		}

		seen = reason;
	};

	const timer = setInterval(() => {
		// A look that fails says nothing; the next one comes soon.
		look().catch(() => undefined);
	}, farm.heartbeat.timing.detectionMs / looksPerDetection);
	return () => {
		clearInterval(timer);
	};
}

/** The first VIP interface that carries nothing, in words. */
export function hindranceOf(names: ReadonlySet<string>, interfaces: Awaited<ReturnType<Link['interfaces']>>): string {
	for (const name of names) {
		const found = interfaces.find(one => one.name === name);
		if (found === undefined) {
			return `interface '${name}' is gone`;
		}

		if (!found.isUp || !found.hasCarrier) {
			return `interface '${name}' ${found.isUp ? 'has no carrier' : 'is down'}`;
		}
	}

	return '';
}
