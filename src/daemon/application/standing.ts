/** What membership made of the application's claim, as the application's life is told. Pure. */

import {applicationStanding} from '../../core/membership/application.js';
import type {MembershipState} from '../../core/membership/state.js';
import type {ApplicationStanding} from '../../core/model/application-claim.js';

export type Standing = {readonly standing: ApplicationStanding; readonly othersServe: boolean; readonly othersUnwell: boolean};

/** A node whose daemon has nothing left to serve is out, whatever it was asked. */
export function standingFor(state: MembershipState): Standing {
	const alive = state.peers.filter(({isAlive}) => isAlive);
	return {
		standing: state.stage === 'off' ? 'out' : applicationStanding(state),
		othersServe: alive.some(({message}) => message.isServing),
		othersUnwell: alive.some(({message}) => message.wellness !== 'well'),
	};
}

export const equalStandings = (a: Standing | undefined, b: Standing): boolean => a?.standing === b.standing && a.othersServe === b.othersServe && a.othersUnwell === b.othersUnwell;
