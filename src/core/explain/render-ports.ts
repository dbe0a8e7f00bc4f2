/** Ports of a rule as the configuration writes them. */

import type {PortRange} from '../model/farm.js';

const all = {from: 1, to: 65_535};

/** Such as `80,8000-8099`; `any port` for all of them. */
export const renderPorts = (ports: readonly PortRange[] = []): string => ports.length === 1 && ports[0]!.from <= all.from && ports[0]!.to >= all.to
	? 'any port'
	: ports.map(({from, to}) => from === to ? String(from) : `${from}-${to}`).join(',');
