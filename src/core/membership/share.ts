/** Slow start: a node may serve with a part of its weights. Who owns what depends on the ratios of weights alone, so parts are counted in thousandths. */

import {wholeShare} from '../protocol/heartbeat.js';

type Sharing = {readonly weights: readonly number[]; readonly shareThousandths: number};

/** What decides between nodes, a thousand times its weights for one that serves with all of them. */
export const shareWeights = ({weights, shareThousandths}: Sharing): readonly number[] => weights.map(weight => weight * shareThousandths);

/** The same for nodes that are compared with each other alone. */
export const comparableWeights = <Member extends Sharing>(members: readonly Member[]): ReadonlyArray<Omit<Member, 'shareThousandths'>> =>
	members.every(({shareThousandths}) => shareThousandths === wholeShare) ? members : members.map(member => ({...member, weights: shareWeights(member)}));
