/** The farm's virtual addresses as the kernel has them. */

import type {Farm} from '../../core/model/farm.js';
import {observeVips, type VipState} from '../../core/vip/state.js';
import type {Link} from './port.js';

/** What concerns the farm; with `noFarm`, only what is ours. */
export const readVips = async (link: Link, farm: Pick<Farm, 'vips'>): Promise<VipState> =>
	observeVips({addresses: await link.addresses(), macs: await link.macs()}, farm);

export const noFarm: Pick<Farm, 'vips'> = {vips: []};
