/** The filter of the back end that the farm names. */

import type {Farm} from '../../core/model/farm.js';
import {createIptablesFilter} from './iptables/iptables.js';
import {createNftFilter} from './nft.js';
import type {Filter} from './port.js';

/** `tables` as the back ends take it: whether those in nf_tables are this process's own. */
export const openFilter = (options: {readonly farm: Farm; readonly tables: 'owned' | 'plain'}): Filter =>
	options.farm.backend === 'iptables' ? createIptablesFilter(options) : createNftFilter(options);
