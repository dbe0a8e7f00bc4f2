/** Which datagrams of one sender have been accepted: those of its newest incarnation, the last few by number. Incarnations only grow. */

/** Copies that are overtaken by more than this many newer ones are refused. */
export const windowSize = 1024;

export type ReplayWindow = {
	/** `new` records the datagram; call it only for one that is authentic. */
	accept: (incarnation: number, sequence: number) => 'new' | 'duplicate' | 'replay';
};

export function createReplayWindow(): ReplayWindow {
	const seen = new Float64Array(windowSize).fill(-1);
	let newest = -1;
	let highest = -1;
	return {
		accept(incarnation, sequence) {
			if (incarnation < newest || (incarnation === newest && sequence <= highest - windowSize)) {
				return 'replay';
			}

			if (incarnation > newest) {
				newest = incarnation;
				highest = -1;
				seen.fill(-1);
			}

			const place = sequence % windowSize;
			if (seen[place] === sequence) {
				return 'duplicate';
			}

			seen[place] = sequence;
			highest = Math.max(highest, sequence);
			return 'new';
		},
	};
}
