/** The table's place in README.md. */

export const markers = {begin: '<!-- bench:begin -->', end: '<!-- bench:end -->'} as const;

/** The document with this between its markers; undefined where the markers are missing or in the wrong order. */
export function withNumbers(document: string, numbers: string): string | undefined {
	const begin = document.indexOf(markers.begin);
	const end = document.indexOf(markers.end);
	return begin === -1 || end < begin
		? undefined
		: `${document.slice(0, begin + markers.begin.length)}\n${numbers}\n${document.slice(end)}`;
}
