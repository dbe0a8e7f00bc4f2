/** A filter in a namespace of its own, installed and ready, for the benchmarks that ask the kernel. */

import type {Farm, Vip} from '../../src/core/model/farm.js';
import {desiredRuleset} from '../../src/core/ruleset/desired.js';
import {createNftFilter, type NftFilterOptions} from '../../src/edge/filter/nft.js';
import type {Filter} from '../../src/edge/filter/port.js';
import {farmWith, ruleFor} from '../kernel/support/machine.js';
import {createNamespace, type Namespace} from '../kernel/support/namespace.js';

export type KernelSubject = {readonly farm: Farm; readonly filter: Filter; readonly namespace: Namespace};

const addressOf = (index: number, family: 4 | 6): string => family === 4 ? `192.0.2.${100 + index}` : `2001:db8::${100 + index}`;

const vipOf = (index: number): Vip => {
	const family = index % 2 === 0 ? 4 : 6;
	return {
		address: addressOf(index, family), family, prefixLength: family === 4 ? 24 : 64, interface: 'lo', mode: 'unicast', mac: '0a:00:00:00:00:64',
	};
};

/** A farm of so many VIPs, IPv4 and IPv6 in turn, each with one rule. */
export function benchFarm(vipsCount: number): Farm {
	const vips = Array.from({length: vipsCount}, (_, index) => vipOf(index));
	return farmWith({vips, rules: vips.map(({address}) => ruleFor(address, 'tcp', [80], 'client'))});
}

/** Runs the work with a filter that has rules, no slots and no lease, and takes everything away after it. */
export async function withKernel<Result>(
	{vipsCount, tables}: {readonly vipsCount: number; readonly tables: NftFilterOptions['tables']},
	work: (subject: KernelSubject) => Promise<Result>,
): Promise<Result> {
	const farm = benchFarm(vipsCount);
	const namespace = createNamespace();
	const filter = namespace.run(() => createNftFilter({farm, tables}));
	try {
		await filter.install(desiredRuleset(farm, {}));
		return await work({farm, filter, namespace});
	} finally {
		filter.close();
		namespace.close();
	}
}
