/** The filter of the back end that the farm names. Only that one is loaded: what the other needs is a tenth of a daemon's memory. */

import type {Farm} from '../../core/model/farm.js';
import type {Filter} from './port.js';

/** `tables` as the back ends take it: whether those in nf_tables are this process's own. */
export async function openFilter(options: {readonly farm: Farm; readonly tables: 'owned' | 'plain'}): Promise<Filter> {
	if (options.farm.backend === 'iptables') {
		const {createIptablesFilter} = await import('./iptables/iptables.js');
		return createIptablesFilter(options);
	}

	const {createNftFilter} = await import('./nft.js');
	return createNftFilter(options);
}
