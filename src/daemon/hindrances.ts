/** Several parts of the daemon may each know why this machine cannot serve; the membership core hears one sentence. */

/** Returns a teller for each part: what it tells replaces what it told before, empty for nothing. */
export function createHindrances(told: (reason: string) => void): () => (reason: string) => void {
	const reasons: string[] = [];
	return () => {
		const place = reasons.length;
		reasons[place] = '';
		return reason => {
			reasons[place] = reason;
			told(reasons.filter(other => other !== '').join('; '));
		};
	};
}
