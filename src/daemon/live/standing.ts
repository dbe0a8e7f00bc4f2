/** What of the configuration stands on this machine now, or shall. */

import type {Farm} from '../../core/model/farm.js';
import {nothingKept, type Kept} from '../../core/ruleset/kept.js';
import {desiredVips, type VipState} from '../../core/vip/state.js';

export type Standing = {
	readonly farm: Farm;
	/** What a change left behind, for connections that go on. */
	readonly kept: Kept;
};

export const standingOf = (farm: Farm): Standing => ({farm, kept: nothingKept});

/** The addresses and MACs of the VIPs, and the MACs that clients may still send to. */
export function standingVips({farm, kept}: Standing): VipState {
	const {addresses, macs} = desiredVips(farm);
	const others = kept.macs.filter(({interface: name, mac}) => macs.every(item => item.interface !== name || item.mac !== mac));
	return {addresses, macs: [...macs, ...others.map(item => ({...item, isOurs: true}))]};
}
