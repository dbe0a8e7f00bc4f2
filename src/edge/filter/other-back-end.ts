/** What an earlier back end of the farm has left, when the farm has changed its back end and nobody took the rules away. */

import type {Farm} from '../../core/model/farm.js';
import type {Ruleset} from '../../core/ruleset/model.js';
import {leaseChain} from '../../core/ruleset/names.js';
import {openFilter} from './open.js';
import type {Filter} from './port.js';

/**
Takes away what the back end iptables has in the kernel where the farm's is nft: its chains would go on dropping by their own hash. The other way round there
is nothing to do, since what stands in nf_tables is replaced. Rejects with the failure of the removal.
*/
export async function removeOtherBackEnd(farm: Farm, filter: Pick<Filter, 'observe'>): Promise<void> {
	if (farm.backend !== 'nft' || !hasLeaseAhead(await filter.observe())) {
		return;
	}

	const other = await openFilter({farm: {...farm, backend: 'iptables'}, tables: 'plain'});
	try {
		await other.remove();
	} finally {
		other.close();
	}
}

/** Only that back end has the lease in a chain of its own. */
const hasLeaseAhead = (ruleset: Ruleset | undefined): boolean => ruleset?.tables.some(({chains}) => chains.some(({name}) => name === leaseChain)) === true;
