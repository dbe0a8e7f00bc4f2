/** A share as a bar of block characters, to an eighth of a cell. */

export const barCellsMin = 6;
export const barCellsMax = 40;

/** Left-aligned blocks from none to seven eighths (Unicode block elements U+258F to U+2589). */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Exactly `cells` wide; a share above nothing always shows. */
export function shareBar(share: number, cells: number): string {
	const parts = Math.min(cells * 8, Math.max(share > 0 ? 1 : 0, Math.round(share * cells * 8)));
	const bar = '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]!;
	return bar.padEnd(cells, '·');
}
