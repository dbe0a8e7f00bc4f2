/**
Text in terminal cells: wide characters take two, combining ones none.

The ranges are those of Unicode's East Asian Width "W" and "F" (UAX #11), merged where what lies between is unassigned.
*/

const wideRanges: ReadonlyArray<readonly [number, number]> = [
	[0x11_00, 0x11_5F], [0x2E_80, 0x30_3E], [0x30_41, 0x33_FF], [0x34_00, 0x4D_BF], [0x4E_00, 0xA4_CF], [0xA9_60, 0xA9_7C], [0xAC_00, 0xD7_A3],
	[0xF9_00, 0xFA_FF], [0xFE_10, 0xFE_19], [0xFE_30, 0xFE_6F], [0xFF_01, 0xFF_60], [0xFF_E0, 0xFF_E6], [0x1_B0_00, 0x1_B2_FB], [0x2_00_00, 0x3_FF_FD],
];

const isPlainAscii = (text: string): boolean => /^[\u{20}-\u{7E}]*$/u.test(text);

/** Characters that people see as one; the segmenter is made on first use, because ASCII never needs it. */
const graphemes = (text: string): string[] => {
	segmenter ??= new Intl.Segmenter('en', {granularity: 'grapheme'});
	return Array.from(segmenter.segment(text), ({segment}) => segment);
};

let segmenter: Intl.Segmenter | undefined;

function graphemeWidth(grapheme: string): number {
	if (/^[\p{Mark}\p{Control}\p{Format}]+$/u.test(grapheme)) {
		return 0;
	}

	const code = grapheme.codePointAt(0)!;
	const isWide = /^\p{Emoji_Presentation}|\u{FE0F}/u.test(grapheme) || wideRanges.some(([from, to]) => code >= from && code <= to);
	return isWide ? 2 : 1;
}

/** How many cells the text takes. */
export const displayWidth = (text: string): number => isPlainAscii(text)
	? text.length
	: graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);

/** The text in at most this many cells, its cut end marked with an ellipsis. */
export function truncate(text: string, cells: number): string {
	if (displayWidth(text) <= cells) {
		return text;
	}

	let kept = '';
	let used = 0;
	for (const grapheme of graphemes(text)) {
		used += graphemeWidth(grapheme);
		if (used > cells - 1) {
			break;
		}

		kept += grapheme;
	}

	return cells > 0 ? `${kept.trimEnd()}…` : '';
}

/** The text filled with spaces to this many cells; longer text stays as it is. */
export function pad(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
	const space = ' '.repeat(Math.max(0, cells - displayWidth(text)));
	return align === 'left' ? text + space : space + text;
}

/** The text without what could steer a terminal: controls, escape sequences and direction overrides become a replacement character. */
export const printable = (text: string): string => text.replaceAll(/[\p{Control}\u{61C}\u{200E}\u{200F}\u{2028}-\u{202E}\u{2066}-\u{2069}]+/gu, '\u{FFFD}');
