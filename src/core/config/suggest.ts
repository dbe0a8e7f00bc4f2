/** The known word that a misspelt one was probably meant to be. */

/** The closest known word within a third of the word's length (at least two edits), or nothing. */
export function suggest(word: string, known: readonly string[]): string | undefined {
	const wanted = normal(word);
	const editsMax = Math.max(2, Math.floor(wanted.length / 3));
	const scored = known.map(candidate => ({candidate, edits: editDistance(wanted, normal(candidate))}))
		.filter(({candidate, edits}) => edits <= editsMax && edits < candidate.length)
		.toSorted((a, b) => a.edits - b.edits);
	return scored[0]?.candidate;
}

/** Insertions, deletions and substitutions that turn one text into the other (Levenshtein). */
export function editDistance(a: string, b: string): number {
	let row = Array.from({length: b.length + 1}, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
		}

		row = next;
	}

	return row[b.length]!;
}

/** Long words are cut: nothing close to a known word is longer. */
const normal = (word: string): string => word.slice(0, 40).toLowerCase().replaceAll('_', '-');
