/** Generated parts of hand-written pages: each stands between two comment lines of the page. Pure. */

/** The lines that a part of this name stands between. */
export const marksOf = (name: string, source: string): {readonly begin: string; readonly end: string} => ({
	begin: `.\\" ${name}: begin (generated from ${source}: npm run docs)\n`,
	end: `.\\" ${name}: end\n`,
});

/** The page with the part between the marks made anew; throws where a mark is missing, since the page is ours. */
export function withMarked(page: string, {begin, end}: ReturnType<typeof marksOf>, text: string): string {
	const from = page.indexOf(begin);
	const to = page.indexOf(end);
	if (from === -1 || to < from) {
		throw new Error(`the page has no marks: ${begin.trim()}`);
	}

	return page.slice(0, from + begin.length) + text + page.slice(to);
}
