/** The tables' places in README.md: that of the quick parts, and one for each part that is run by its name. */

export type Markers = {readonly begin: string; readonly end: string};

/** Around the table of the quick parts, or of the named one. */
export const markersOf = (part?: string): Markers => {
	const name = part === undefined ? 'bench' : `bench-${part}`;
	return {begin: `<!-- ${name}:begin -->`, end: `<!-- ${name}:end -->`};
};

/** The document with this between the markers; undefined where they are missing or in the wrong order. */
export function withNumbers(document: string, numbers: string, markers: Markers): string | undefined {
	const begin = document.indexOf(markers.begin);
	const end = document.indexOf(markers.end);
	return begin === -1 || end < begin
		? undefined
		: `${document.slice(0, begin + markers.begin.length)}\n${numbers}\n${document.slice(end)}`;
}
