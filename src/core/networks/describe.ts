/** A path as `status` tells it. */

import type {StatusNetwork} from '../status/status.js';
import {lossPercent} from './loss.js';
import type {Path} from './path.js';

/** One entry of a peer's `networks`; of this node itself, which has no path, only the name is known. */
export function describePath(path: Path | undefined, {network, address, now}: {readonly network: number; readonly address: string; readonly now: number}): StatusNetwork {
	const loss = path && lossPercent(path);
	return {
		network: network + 1,
		address,
		isLost: path?.isLost ?? false,
		lossPercent: rounded(loss, 10),
		rttMs: rounded(path?.rttMs, 100),
		jitterMs: rounded(path?.rttMs === undefined ? undefined : path.jitterMs, 100),
		lastHeardMs: rounded(path?.heardAt === undefined ? undefined : Math.max(0, now - path.heardAt), 1),
	};
}

const rounded = (value: number | undefined, parts: number): number | null => value === undefined ? null : Math.round(value * parts) / parts;
