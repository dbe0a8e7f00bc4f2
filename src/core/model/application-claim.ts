/** What the application's life asks of membership, and what membership made of it. */

export type ApplicationClaim =
	| {
		readonly wants: 'in';
		/** 1 to 1000 thousandths of this node's weights: slow start. */
		readonly shareThousandths: number;
		/** Why it is degraded; empty when it is well. */
		readonly note: string;
	}
	| {
		readonly wants: 'out';
		readonly state: 'WAIT' | 'STARTING' | 'STOPPING' | 'STOP';
		readonly reason: string;
		/** At once, without a handover: the application is dead. */
		readonly isDropping: boolean;
		/** Subject to keep-at-least: membership may keep the node in, or take it in again when too few serve, for as long as this is claimed. */
		readonly isGuarded: boolean;
	};

/**
`in`: the claim is followed, or whether this node is kept has yet to be found out. `leaving`: slots are handed over, or established connections are served still. `out`: nothing is held, and no
connection is served. `kept`: the node goes on serving against its claim, because too few others are well.
*/
export type ApplicationStanding = 'in' | 'leaving' | 'out' | 'kept';
