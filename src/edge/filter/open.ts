/** The filter of the back end that the farm names. */

import type {Farm} from '../../core/model/farm.js';
import {SystemFailure} from '../../errors.js';
import {createNftFilter} from './nft.js';
import type {Filter} from './port.js';

/** Throws a SystemFailure where this version has no such back end. */
export function openFilter({farm, tables}: {readonly farm: Farm; readonly tables: 'owned' | 'plain'}): Filter {
	if (farm.backend === 'iptables') {
		throw new SystemFailure('this version cannot install the back end \'iptables\' yet', {hint: 'take \'backend: nft\''});
	}

	return createNftFilter({farm, tables});
}
